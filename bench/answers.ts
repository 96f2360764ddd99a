/** The answers of a provider, as an SDK's `fetch` gets them from memory. */
export const answer = JSON.stringify({
  id: "chatcmpl-0123456789abcdefghijklmnop",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "gpt-4o-2024-08-06",
  choices: [{ index: 0, message: { role: "assistant", content: "word ".repeat(115) }, finish_reason: "stop" }],
  usage: {
    prompt_tokens: 120,
    completion_tokens: 137,
    total_tokens: 257,
    prompt_tokens_details: { cached_tokens: 20, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  },
  service_tier: "default",
  system_fingerprint: "fp_0123456789",
});

const event = (delta: object, finish: string | null, usage: object | null = null): string =>
  `data: ${JSON.stringify({
    id: "chatcmpl-0123456789abcdefghijklmnop",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model: "gpt-4o-2024-08-06",
    service_tier: "default",
    system_fingerprint: "fp_0123456789",
    choices: usage ? [] : [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage,
    obfuscation: "abcdefghijklm",
  })}\n\n`;

/** A stream's events, four more than its chunks with content. */
export const eventsOf = (chunks: number): Uint8Array[] =>
  [
    event({ role: "assistant", content: "" }, null),
    ...Array.from({ length: chunks }, () => event({ content: " hello" }, null)),
    event({}, "stop"),
    event({}, null, { prompt_tokens: 120, completion_tokens: chunks, total_tokens: 120 + chunks }),
    "data: [DONE]\n\n",
  ].map((text) => new TextEncoder().encode(text));

/** Answers from memory, one event per read. */
export const fetchFromMemory = (chunks: number) => {
  const events = eventsOf(chunks);
  return async (_url: unknown, init?: RequestInit): Promise<Response> => {
    await Promise.resolve();
    if (typeof init?.body !== "string" || !init.body.includes('"stream":true')) {
      return new Response(answer, { headers: { "content-type": "application/json" } });
    }
    let next = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (next < events.length) controller.enqueue(events[next++]!);
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  };
};
