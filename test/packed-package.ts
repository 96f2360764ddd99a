import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
export const ROOT = join(import.meta.dirname, "..");

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly typesVersions: unknown;
}

export const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Manifest;

/** A project with the package as it would be published, what it depends on, and no SDK. */
export interface Project extends AsyncDisposable {
  readonly folder: string;
  /** Where the package is. */
  readonly installed: string;
  /** Installs packages that are in some `node_modules` already, without a registry; @default from the root's */
  link(packages: readonly string[], from?: string): Promise<void>;
  write(path: string, text: string): Promise<void>;
}

/**
 * Packs the package, built anew where the sources are younger.
 *
 * @returns the path of the tarball
 */
export async function packedInto(folder: string): Promise<string> {
  await buildWhereStale();
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", packing, { cwd: ROOT });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}

/**
 * Packs the package and installs it in an empty project.
 *
 * @param parent where to make the project; it finds the packages that are installed there
 */
export async function installedProject(parent = tmpdir()): Promise<Project> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "llm-footprint-"));
  const installed = join(folder, "node_modules", manifest.name);
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", await packedInto(folder), "--strip-components=1", "-C", installed]);
  const project: Project = {
    folder,
    installed,
    link: (packages, from = join(ROOT, "node_modules")) => link(folder, packages, from),
    write: (path, text) => writeFile(join(folder, path), text),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  await project.write("package.json", JSON.stringify({ private: true, type: "module" }));
  await project.link(Object.keys(manifest.dependencies));
  return project;
}

async function link(folder: string, packages: readonly string[], from: string): Promise<void> {
  for (const name of packages) {
    const place = join(folder, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(from, name), place).catch((error: unknown) => {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    });
  }
}

/** `npm test` builds before it tests; who runs the tests alone may have changed the sources since. */
async function buildWhereStale(): Promise<void> {
  const built = await stat(join(ROOT, "dist/commonjs/index.cjs")).catch(() => undefined);
  const sources = await readdir(join(ROOT, "src"), { recursive: true });
  const changed = await Promise.all(sources.map(async (path) => (await stat(join(ROOT, "src", path))).mtimeMs));
  if (!built || built.mtimeMs < Math.max(...changed)) await run("npm", ["run", "build"], { cwd: ROOT });
}
