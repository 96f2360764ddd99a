/**
 * Preloaded into a process with `--expose-gc`: on SIGUSR2 it collects all garbage and writes what is left to the file that
 * `MEMORY_FILE` names.
 */
import { renameSync, writeFileSync } from "node:fs";

export interface MemoryLeft {
  /** In bytes, as `process.memoryUsage()` has them. */
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  /** What keeps the process running: sockets, timers, by their kinds. */
  readonly resources: Readonly<Record<string, number>>;
}

const file = process.env["MEMORY_FILE"];

process.on("SIGUSR2", () => {
  gc?.();
  // What finalizers have let go of is collected the second time.
  setTimeout(() => {
    gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    const resources: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
    writeFileSync(`${file}.part`, JSON.stringify({ heapUsed, external, rss, resources } satisfies MemoryLeft));
    renameSync(`${file}.part`, file!);
  }, 100);
});
