/**
 * What bundlers take for the package (the condition `module` of its exports): the same entry, with the packages that are
 * elsewhere loaded on first use.
 */
import * as similarity from "fastest-levenshtein";
import * as yaml from "js-yaml";
import * as polyfill from "temporal-polyfill";
import * as schemas from "valibot";

import { levenshtein } from "./lazy/levenshtein.ts";
import { temporalPolyfill } from "./lazy/temporal.ts";
import { valibot } from "./lazy/valibot.ts";
import { jsYaml } from "./lazy/yaml.ts";

jsYaml.provide(yaml);
levenshtein.provide(similarity);
temporalPolyfill.provide(polyfill);
valibot.provide(schemas);

export * from "./index.ts";
