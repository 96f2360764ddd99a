/**
 * What bundlers take for the package (the condition `module` of its exports): the same entry, with the packages that are
 * elsewhere loaded on first use.
 */
import * as yaml from "js-yaml";
import * as polyfill from "temporal-polyfill";
import * as schemas from "valibot";

import { temporalPolyfill } from "./lazy/temporal.ts";
import { valibot } from "./lazy/valibot.ts";
import { jsYaml } from "./lazy/yaml.ts";

jsYaml.provide(yaml);
temporalPolyfill.provide(polyfill);
valibot.provide(schemas);

export * from "./index.ts";
