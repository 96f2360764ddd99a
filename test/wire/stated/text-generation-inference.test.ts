import fc from "fast-check";
import { expect, test } from "vitest";

import { metered } from "../metered.ts";
import { inPieces } from "./pieces.ts";
import { OF_ITS_GPUS, TEXT_GENERATIONS } from "./text-generation.ts";

test.for(TEXT_GENERATIONS)(
  "the energy that text-generation-inference states in %s is read, wherever it is cut",
  async ([, path, body, type]) => {
    const anyCuts = fc.array(fc.nat(5000), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(anyCuts, async (cuts) => {
        const { post, meter, settled } = metered({
          provider: "tgi",
          fetch: () => Promise.resolve(inPieces(body, cuts, { "content-type": type })),
        });
        const answer = await post(`http://tgi.local:3000${path}`, { inputs: "What is deep learning?" });
        expect(await answer.text()).toBe(body);
        const [record] = await settled();
        await meter.close();
        expect(record).toMatchObject(OF_ITS_GPUS);
      }),
      { numRuns: 20 },
    );
  },
);
