import architecturesEstimated from "./data/architectures-estimated.json" with { type: "json" };
import architecturesPublished from "./data/architectures-published.json" with { type: "json" };
import datacentres from "./data/datacentres.json" with { type: "json" };
import electricity from "./data/electricity.json" with { type: "json" };
import electricityWater from "./data/electricity-water.json" with { type: "json" };
import grids from "./data/grids.json" with { type: "json" };
import hardware from "./data/hardware.json" with { type: "json" };
import images from "./data/images.json" with { type: "json" };
import independentEstimates from "./data/independent-estimates.json" with { type: "json" };
import jegham from "./data/jegham-2025.json" with { type: "json" };
import method from "./data/method.json" with { type: "json" };
import mlEnergy from "./data/ml-energy-2026.json" with { type: "json" };
import modelClasses from "./data/model-classes.json" with { type: "json" };
import models from "./data/models.json" with { type: "json" };
import primaryEnergy from "./data/primary-energy.json" with { type: "json" };
import operatorDisclosures from "./data/operator-disclosures.json" with { type: "json" };
import providers from "./data/providers.json" with { type: "json" };
import regions from "./data/regions.json" with { type: "json" };
import releases from "./data/releases.json" with { type: "json" };
import speeds from "./data/speeds.json" with { type: "json" };
import tasks from "./data/tasks.json" with { type: "json" };
import training from "./data/training.json" with { type: "json" };
import videos from "./data/videos.json" with { type: "json" };
import type { CatalogueSnapshot } from "./catalogue-snapshot.ts";
import type { Factor } from "./factor.ts";
import { expand } from "./factor-file.ts";
import type { Model } from "./model.ts";

/** The factor files by name, in the order in which equally good factors are preferred. */
export const BUILT_IN_FILES = {
  "operator-disclosures": operatorDisclosures,
  "ml-energy-2026": mlEnergy,
  "jegham-2025": jegham,
  "independent-estimates": independentEstimates,
  method,
  "model-classes": modelClasses,
  images,
  videos,
  tasks,
  "architectures-published": architecturesPublished,
  "architectures-estimated": architecturesEstimated,
  speeds,
  grids,
  electricity,
  "primary-energy": primaryEnergy,
  "electricity-water": electricityWater,
  datacentres,
  hardware,
  training,
};

/** SHA-256 of the content as it was released. The tests hold the content to it, so that nobody computes it at start. */
export const BUILT_IN_HASH = releases.releases[0]!.hash;

/** Everything the catalogue is made of. The tests hold these files to the schema, so that nobody pays for it at start. */
export const builtIn = (): CatalogueSnapshot => ({
  version: releases.releases[0]!.version,
  published: releases.releases[0]!.published,
  factors: Object.values(BUILT_IN_FILES).flatMap(expand) as Factor[],
  models: models.models as readonly Model[],
  providers: providers.providers,
  regions,
});
