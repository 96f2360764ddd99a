import completionOf from "@bomb.sh/tab/commander";
import type { Command } from "commander";

import { defaultCatalogue } from "../factors/catalogue.ts";

/** The commands that take the name of a model. */
const TAKE_MODELS = ["estimate", "factors"];

/** Adds `completion <shell>`, and the command by which the shell then asks for what could come next. */
export function addCompletion(program: Command): void {
  const { commands } = completionOf(program, { completionCommandName: "completion" });
  for (const name of TAKE_MODELS) {
    const model = commands.get(name)?.options.get("model");
    if (!model) continue;
    model.handler = (complete) => {
      for (const { name: known, developer } of defaultCatalogue().models) complete(known, developer);
    };
  }
}
