import { readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/**
 * The one name of a journal's file, however it is written: SQLite keeps the write-ahead log beside a name, so that two
 * processes that use different names of one file would not see each other.
 */
export function canonicalPath(path: string): string {
  const real = existingPath(path);
  const { nlink, ino, dev } = statSync(real, { throwIfNoEntry: false }) ?? { nlink: 0, ino: 0, dev: 0 };
  if (nlink < 2) return real;
  // Another name of the same file is the one in use when its write-ahead log is there.
  const folder = dirname(real);
  const names = readdirSync(folder);
  const inUse = names.filter((name) => {
    if (!names.includes(`${name}-wal`)) return false;
    const other = statSync(join(folder, name), { throwIfNoEntry: false });
    return other?.ino === ino && other.dev === dev;
  });
  return inUse.length === 0 || inUse.includes(basename(real)) ? real : join(folder, inUse[0]!);
}

function existingPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A file that is yet to be made; its folder exists.
    return join(realpathSync(dirname(resolve(path))), basename(path));
  }
}

/** What tells a file from another one of the same name; undefined where there is none. */
export function fileIdentity(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/**
 * Whether a file that this process holds open, and that is no longer at its path, is gone for good. Only Linux can tell;
 * elsewhere it is taken to be.
 */
export function isDeleted(path: string): boolean {
  try {
    const targets = readdirSync("/proc/self/fd").map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return ""; // the descriptor that reads the folder
      }
    });
    return targets.includes(`${path} (deleted)`);
  } catch {
    return true;
  }
}
