import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";

import { ConfigurationError } from "../model/errors.ts";
import { print, type CommandFactory } from "./command.ts";

/** The package's own dashboards: the same way up from `src/cli` and from `dist/cli`. */
const DASHBOARDS = join(import.meta.dirname, "../../grafana/dashboards");

export const dashboardsCommand: CommandFactory = () =>
  new Command("dashboards")
    .description("Writes the Grafana dashboards to a folder, for provisioning or import.")
    .argument("<folder>", "where to; it is made when it does not exist")
    .option("--force", "overwrite files that are there")
    .action((folder: string, { force }: { readonly force?: true }) => {
      const names = readdirSync(DASHBOARDS).filter((name) => name.endsWith(".json"));
      const taken = names.filter((name) => existsSync(join(folder, name)));
      if (taken.length > 0 && !force) {
        throw new ConfigurationError("dashboards", `${taken.join(", ")} would be overwritten`, "Add --force to do so.");
      }
      mkdirSync(folder, { recursive: true });
      for (const name of names) copyFileSync(join(DASHBOARDS, name), join(folder, name));
      print(names.map((name) => join(folder, name)).join("\n"));
    });
