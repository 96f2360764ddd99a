import { expect, test } from "vitest";

import { relayedRequest } from "../../src/records/relayed-request.ts";
import { metered } from "../wire/metered.ts";
import { chatOf, NEURALWATT } from "../wire/stated/answers.ts";

const URL_OF_HOST = "https://api.neuralwatt.com/v1/chat/completions";

test("stated footprints are counted by source, and test the factors by model", async () => {
  const answers = [
    { energy: NEURALWATT },
    { energy: { energy_joules: 190.46 } },
    { energy: { energy_joules: 1500, energy_kwh: 4e-7 } },
    { energy: { energy_joules: "many" } },
    {},
  ].map(chatOf);
  const { post, meter, settled } = metered({ fetch: () => Promise.resolve(Response.json(answers.shift())) });
  for (let asked = 0; asked < 5; asked++) await (await post(URL_OF_HOST, { model: "gpt-oss-120b" })).json();
  const records = await settled();
  const [stated, , implausible, unreadable, unstated] = records;
  expect(stated!.footprint!.evidence).toBe("stated_measured");
  expect(implausible!.footprint!.warnings).toContain("stated_implausible");
  expect(unreadable!.footprint!.energyJoules).toEqual(unstated!.footprint!.energyJoules);
  const ratio = stated!.footprint!.energyJoules!.central / unstated!.footprint!.energyJoules!.central;
  expect(stated!.statedToEstimatedRatio).toBeCloseTo(ratio, 12);
  const [model] = meter.totals().models;
  expect(model).toMatchObject({
    stated: { measured: 2, implausible: 1, unreadable: 1 },
    attributed: { stated_measured: { requests: 2 } },
  });
  expect(model!.distributions.statedToEstimatedRatio!.sum).toBeCloseTo(2 * ratio, 12);
  const energy = model!.attributed.stated_measured!.energyJoules!;
  expect(energy).toBeCloseTo(2 * stated!.footprint!.energyJoules!.central, 9);
  // A worker sends the primary what is needed to count it again.
  expect(records.map((record) => relayedRequest(record).stated)).toStrictEqual([
    ...records.slice(0, 3).map((record) => record.stated),
    ...["unreadable", undefined],
  ]);
  await meter.close();
});
