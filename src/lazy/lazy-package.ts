import { ConfigurationError } from "../model/errors.ts";

/**
 * A dependency that is loaded on first use, so that importing the product costs nothing for what an application does not
 * ask of it. Bundlers cannot see such a use: the entry that they take, `bundled.ts`, imports the package and provides it.
 */
export class LazyPackage<Module> {
  readonly #name: string;
  #module: Module | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  provide(module: Module): void {
    this.#module = module;
  }

  /** @throws ConfigurationError when the package is not there, as in a bundle that neither has it nor leaves it out */
  load(): Module {
    return (this.#module ??= this.#required());
  }

  #required(): Module {
    try {
      // An import of node:module would let webpack look into the call, and warn of a name that it cannot follow.
      const { createRequire } = process.getBuiltinModule("node:module");
      return createRequire(import.meta.url)(this.#name) as Module;
    } catch (cause) {
      throw new ConfigurationError(
        this.#name,
        `expected the package to be installed, got ${cause instanceof Error ? cause.message.split("\n")[0]! : String(cause)}`,
        "Install it beside the application, or leave llm-footprint out of the bundle (mark it as external).",
        { cause },
      );
    }
  }
}
