const details = { finish_reason: "length", generated_tokens: 20, input_length: 6, prefill: [], energy_mj: 108_836 };

/** What text-generation-inference states of each answer below: all that its GPUs took meanwhile. */
export const OF_ITS_GPUS = {
  usage: { inputTokens: 6, outputTokens: 20 },
  statement: "measured",
  stated: {
    source: "measured",
    energyJoules: 108.836,
    energyRangeJoules: { low: 108.836 / 128, central: 108.836, high: 108.836 },
    method: "unshared",
    boundary: "gpu",
  },
};

export const TEXT_GENERATIONS: readonly (readonly [form: string, path: string, body: string, type: string])[] = [
  ["an answer", "/generate", JSON.stringify({ generated_text: "Deep learning", details }), "application/json"],
  [
    "the last event of a stream",
    "/generate_stream",
    `data: ${JSON.stringify({ index: 1, token: { id: 1, text: "Deep" }, generated_text: null })}\n\n` +
      `data: ${JSON.stringify({ index: 2, token: { id: 2, text: "!" }, generated_text: "Deep!", details })}\n\n`,
    "text/event-stream",
  ],
];
