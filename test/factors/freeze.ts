/**
 * Freezes the present catalogue: writes its snapshot to docs/catalogues and its hash into the log of releases. To be run
 * once per version, after the version and its restatements have been written into src/factors/data/releases.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { format } from "prettier";

import { createCatalogue } from "../../src/factors/catalogue.ts";
import type releases from "../../src/factors/data/releases.json";

// The default catalogue takes its hash from the log that is written here.
const catalogue = createCatalogue();
const log = new URL("../../src/factors/data/releases.json", import.meta.url);
const { releases: entries } = JSON.parse(readFileSync(log, "utf8")) as typeof releases;
entries[0]!.hash = catalogue.hash;
writeFileSync(log, await format(JSON.stringify({ releases: entries }), { parser: "json", printWidth: 120 }));

const { version, published, factors, models, providers, regions } = catalogue;
const snapshot = { version, published, factors, models, providers, regions };
const file = new URL(`../../docs/catalogues/${version}.json.gz`, import.meta.url);
writeFileSync(file, gzipSync(JSON.stringify(snapshot), { level: 9 }));
