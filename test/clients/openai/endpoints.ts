import { TOKENS_PER_IMAGE } from "../../../examples/local-provider/openai/images.ts";
import type { ExpectedRecord } from "../contract.ts";
import { completed, estimated } from "../expected.ts";
import { listOf, MODEL, type OpenAIShape } from "./sdk.ts";
import { ESTIMATED } from "./streams.ts";

/** 2.5 seconds of sound for the local provider: 25 tokens. */
const RECORDING = Buffer.alloc(2500);
const EMBEDDING = "text-embedding-3-small";

/** Answers to forms name no model, and openai 4 has made a stream of the form before anyone can look into it; of sound it says the model beside. */
const formed = (record: ExpectedRecord) => (major: number) => [
  {
    ...record,
    respondedModel: undefined,
    requestedModel: major === 4 && record.operation === "images" ? undefined : record.requestedModel,
  },
];

/** Every other endpoint that the SDK can create something with, and some that it cannot. */
export const endpointShapes: readonly OpenAIShape[] = [
  {
    name: "completions.create",
    call: (client) => client.completions.create({ model: "davinci-002", prompt: "Once upon a time" }),
    records: [completed("completions", "davinci-002", { inputTokens: 4, outputTokens: 12 })],
  },
  {
    name: "completions.create, streamed",
    call: async (client) =>
      listOf(
        await client.completions.create({
          model: "davinci-002",
          prompt: "Once upon a time",
          stream: true,
          stream_options: { include_usage: true },
        }),
      ),
    records: [completed("completions", "davinci-002", { inputTokens: 4, outputTokens: 12 })],
  },
  {
    name: "completions.create, streamed without usage",
    call: async (client) =>
      listOf(await client.completions.create({ model: "davinci-002", prompt: "Once upon a time", stream: true })),
    records: [estimated(completed("completions", "davinci-002", undefined), ESTIMATED)],
  },
  {
    name: "embeddings.create",
    call: (client) => client.embeddings.create({ model: EMBEDDING, input: ["one two", "three"] }),
    records: [completed("embeddings", EMBEDDING, { inputTokens: 3 })],
  },
  {
    name: "embeddings.create as numbers",
    call: (client) => client.embeddings.create({ model: EMBEDDING, input: "one two", encoding_format: "float" }),
    records: [completed("embeddings", EMBEDDING, { inputTokens: 2 })],
  },
  {
    name: "embeddings.create of a large answer",
    call: async (client) => {
      const { data } = await client.embeddings.create({
        model: EMBEDDING,
        input: Array.from({ length: 64 }, () => "word"),
        dimensions: 1536,
        encoding_format: "float",
      });
      return [data.length, data[63]?.embedding.length];
    },
    records: [completed("embeddings", EMBEDDING, { inputTokens: 64 })],
  },
  {
    name: "images.generate",
    call: (client) => client.images.generate({ model: "gpt-image-1", prompt: "a small house", n: 2 }),
    records: [
      {
        ...completed("images", "gpt-image-1", { inputTokens: 3, outputTokens: 2 * TOKENS_PER_IMAGE, images: 2 }),
        respondedModel: undefined,
      },
    ],
  },
  {
    name: "images.generate of a model that states no usage",
    call: (client) => client.images.generate({ model: "dall-e-3", prompt: "a small house", n: 2 }),
    records: [{ ...completed("images", "dall-e-3", { images: 2 }), respondedModel: undefined }],
  },
  {
    name: "images.generate, streamed",
    call: async (client) =>
      listOf(
        await client.images.generate({ model: "gpt-image-1", prompt: "a house", stream: true, partial_images: 1 }),
      ),
    records: [
      {
        ...completed("images", "gpt-image-1", { inputTokens: 2, outputTokens: TOKENS_PER_IMAGE, images: 1 }),
        respondedModel: undefined,
      },
    ],
    majors: [5, 6, 7],
  },
  {
    name: "images.edit",
    call: async (client, { sdk }) =>
      client.images.edit({
        model: "gpt-image-1",
        prompt: "a small house",
        image: await sdk.module.toFile(Buffer.alloc(100), "house.png"),
      }),
    records: formed(completed("images", "gpt-image-1", { inputTokens: 67, outputTokens: TOKENS_PER_IMAGE, images: 1 })),
  },
  {
    name: "audio.transcriptions.create by tokens",
    call: async (client, { sdk }) =>
      client.audio.transcriptions.create({
        model: "gpt-4o-transcribe",
        file: await sdk.module.toFile(RECORDING, "speech.mp3"),
      }),
    records: formed(completed("transcriptions", "gpt-4o-transcribe", { inputTokens: 25, outputTokens: 12 })),
  },
  {
    name: "audio.transcriptions.create by duration",
    call: async (client, { sdk }) =>
      client.audio.transcriptions.create({
        model: "whisper-1",
        file: await sdk.module.toFile(RECORDING, "speech.mp3"),
      }),
    records: formed(completed("transcriptions", "whisper-1", { audioSeconds: 2.5 })),
  },
  {
    name: "audio.transcriptions.create as text",
    call: async (client, { sdk }) =>
      client.audio.transcriptions.create({
        model: "whisper-1",
        file: await sdk.module.toFile(RECORDING, "speech.mp3"),
        response_format: "text",
      }),
    records: formed(completed("transcriptions", "whisper-1", undefined)),
  },
  {
    name: "audio.transcriptions.create, streamed",
    call: async (client, { sdk }) =>
      listOf(
        await client.audio.transcriptions.create({
          model: "gpt-4o-transcribe",
          file: await sdk.module.toFile(RECORDING, "speech.mp3"),
          stream: true,
        }),
      ),
    records: formed(completed("transcriptions", "gpt-4o-transcribe", { inputTokens: 25, outputTokens: 12 })),
  },
  {
    name: "audio.translations.create",
    call: async ({ audio: { translations } }, { sdk }) => {
      const form = { model: "whisper-1", file: await sdk.module.toFile(RECORDING, "speech.mp3") };
      return (translations as unknown as { create(body: typeof form): Promise<unknown> }).create(form);
    },
    records: formed(completed("translations", "whisper-1", undefined)),
  },
  {
    name: "audio.speech.create",
    call: async (client) => {
      const speech = await client.audio.speech.create({ model: "tts-1", voice: "alloy", input: "two words" });
      return [speech, new Uint8Array(await speech.arrayBuffer())];
    },
    records: [{ ...completed("speech", "tts-1", undefined), respondedModel: undefined }],
  },
  {
    name: "moderations.create",
    call: (client) => client.moderations.create({ model: "omni-moderation-latest", input: ["one", "two"] }),
    records: [completed("moderations", "omni-moderation-latest", undefined)],
  },
  {
    name: "a video",
    call: (client) => client.post("/videos", { body: { model: "sora-2", prompt: "a small house" } }),
    records: [completed("videos", "sora-2", { videos: 1, videoSeconds: 4, videoMegapixelSeconds: 3.6864 })],
  },
  {
    name: "beta.threads.createAndRunPoll",
    call: (client) =>
      client.beta.threads.createAndRunPoll({ assistant_id: "asst_1", model: MODEL }, { pollIntervalMs: 1 }),
    records: [completed("runs", MODEL, { inputTokens: 30, outputTokens: 10 })],
  },
  {
    name: "files.create",
    call: async (client, { sdk }) =>
      client.files.create({ purpose: "batch", file: await sdk.module.toFile(Buffer.from("{}"), "lines.jsonl") }),
    records: [],
  },
  {
    name: "models.list",
    call: async (client) => listOf(await client.models.list()),
    records: [],
  },
  {
    name: "chat.completions.retrieve",
    call: (client) => client.chat.completions.retrieve("chatcmpl-1"),
    records: [],
    majors: [5, 6, 7],
  },
];
