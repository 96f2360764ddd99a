import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";

import { ConfigurationError } from "../model/errors.ts";
import { print, type CommandFactory } from "./command.ts";

export const dashboardsCommand: CommandFactory = () =>
  new Command("dashboards")
    .description("Writes the Grafana dashboards to a folder, for provisioning or import.")
    .argument("<folder>", "where to write them; created when it does not exist")
    .option("--force", "overwrite existing files")
    .action((folder: string, { force }: { readonly force?: true }) => {
      // The package's own dashboards: the same way up from `src/cli` and from `dist/cli`.
      const dashboards = join(import.meta.dirname, "../../grafana/dashboards");
      const names = readdirSync(dashboards).filter((name) => name.endsWith(".json"));
      const taken = names.filter((name) => existsSync(join(folder, name)));
      if (taken.length > 0 && !force) {
        throw new ConfigurationError("dashboards", `${taken.join(", ")} would be overwritten`, "Add --force to do so.");
      }
      mkdirSync(folder, { recursive: true });
      for (const name of names) copyFileSync(join(dashboards, name), join(folder, name));
      print(names.map((name) => join(folder, name)).join("\n"));
    });
