import { AUDIO_SECONDS } from "../../../examples/local-provider/mistral/audio.ts";
import { CONNECTOR_TOKENS } from "../../../examples/local-provider/mistral/conversations.ts";
import { abandoned, completed, estimated } from "../expected.ts";
import { ANSWERED, listOf, MODEL, QUESTION, type MistralShape } from "./sdk.ts";

const AGENT = { agentId: "agent-1", messages: QUESTION.messages };
const FIM = { model: "codestral-latest", prompt: "def add", suffix: "return sum" };
/** Agents name their model only in the answer. */
const AGENT_ANSWER = {
  ...completed("agents", "mistral-medium-latest", ANSWERED),
  requestedModel: undefined,
};
const FIM_ANSWER = completed("fim", "codestral-latest", { inputTokens: 4, outputTokens: 12 });

const START = { model: MODEL, inputs: "Say something short." };
const APPEND = { conversationId: "conv_7", conversationAppendRequest: { inputs: "Go on." } };
const RESTART = {
  conversationId: "conv_7",
  conversationRestartRequest: { inputs: "Go on.", fromEntryId: "entry_1" },
};
const STARTED = completed("conversations", MODEL, ANSWERED);
/** A conversation that goes on names its model only in the answer. */
const CONTINUED = {
  ...completed("conversations", "mistral-medium-latest", { inputTokens: 3, outputTokens: 12 }),
  requestedModel: undefined,
};

const RECORDING = { model: "voxtral-mini-latest", file: { fileName: "speech.mp3", content: new Uint8Array(500) } };
const TRANSCRIBED = completed("transcriptions", "voxtral-mini-latest", {
  inputTokens: 4,
  outputTokens: 12,
  audioSeconds: AUDIO_SECONDS,
});

/** Every endpoint but chat that the SDK can create something with, and some that it cannot. */
export const endpointShapes: readonly MistralShape[] = [
  { name: "agents.complete", call: (client) => client.agents.complete(AGENT), records: [AGENT_ANSWER] },
  {
    name: "agents.stream",
    call: async (client) => listOf(await client.agents.stream(AGENT)),
    records: [AGENT_ANSWER],
  },
  { name: "fim.complete", call: (client) => client.fim.complete(FIM), records: [FIM_ANSWER] },
  { name: "fim.stream", call: async (client) => listOf(await client.fim.stream(FIM)), records: [FIM_ANSWER] },
  {
    name: "embeddings.create",
    call: (client) => client.embeddings.create({ model: "mistral-embed", inputs: ["one two", "three"] }),
    records: [completed("embeddings", "mistral-embed", { inputTokens: 3 })],
  },
  {
    name: "ocr.process",
    call: (client) =>
      client.ocr.process({
        model: "mistral-ocr-latest",
        document: { type: "document_url", documentUrl: "https://example.com/paper.pdf" },
        pages: [0, 1],
      }),
    records: [completed("ocr", "mistral-ocr-latest", { pages: 2 })],
  },
  {
    name: "audio.transcriptions.complete",
    call: (client) => client.audio.transcriptions.complete(RECORDING),
    records: [TRANSCRIBED],
  },
  {
    name: "audio.transcriptions.stream",
    call: async (client) => listOf(await client.audio.transcriptions.stream(RECORDING)),
    records: [TRANSCRIBED],
  },
  {
    name: "audio.speech.complete",
    call: (client) =>
      client.audio.speech.complete({ model: "voxtral-tts", input: "two words", voiceId: "voice", stream: false }),
    records: [{ ...completed("speech", "voxtral-tts", undefined), respondedModel: undefined }],
    majors: [2],
  },
  {
    name: "audio.speech.complete, streamed",
    call: async (client) =>
      listOf(
        await client.audio.speech.complete({
          model: "voxtral-tts",
          input: "two words",
          voiceId: "voice",
          stream: true,
        }),
      ),
    records: [
      { ...completed("speech", "voxtral-tts", { inputTokens: 2, outputTokens: 20 }), respondedModel: undefined },
    ],
    majors: [2],
  },
  {
    name: "classifiers.moderate",
    call: (client) => client.classifiers.moderate({ model: "mistral-moderation-latest", inputs: ["one", "two"] }),
    records: [completed("moderations", "mistral-moderation-latest", undefined)],
  },
  {
    name: "classifiers.moderateChat",
    call: (client) =>
      client.classifiers.moderateChat({ model: "mistral-moderation-latest", inputs: QUESTION.messages }),
    records: [completed("moderations", "mistral-moderation-latest", undefined)],
  },
  {
    name: "classifiers.classify",
    call: (client) => client.classifiers.classify({ model: "our-classifier", inputs: "one" }),
    records: [completed("classifications", "our-classifier", undefined)],
  },
  {
    name: "classifiers.classifyChat",
    call: (client) =>
      client.classifiers.classifyChat({ model: "our-classifier", input: { messages: QUESTION.messages } }),
    records: [completed("classifications", "our-classifier", undefined)],
    majors: [2],
  },
  {
    name: "beta.conversations.start",
    call: (client) => client.beta.conversations.start(START),
    records: [STARTED],
  },
  {
    name: "beta.conversations.start with a connector",
    call: (client) => client.beta.conversations.start({ ...START, tools: [{ type: "web_search" }] }),
    records: [{ ...STARTED, usage: { inputTokens: 4 + CONNECTOR_TOKENS, outputTokens: 12 } }],
  },
  {
    name: "beta.conversations.append",
    call: (client) => client.beta.conversations.append(APPEND),
    records: [CONTINUED],
  },
  {
    name: "beta.conversations.restart",
    call: (client) => client.beta.conversations.restart(RESTART),
    records: [CONTINUED],
  },
  {
    name: "beta.conversations.startStream",
    call: async (client) => listOf(await client.beta.conversations.startStream(START)),
    records: [STARTED],
  },
  {
    name: "beta.conversations.appendStream",
    call: async (client) =>
      listOf(
        await client.beta.conversations.appendStream({
          conversationId: "conv_7",
          conversationAppendStreamRequest: { inputs: "Go on." },
        }),
      ),
    records: [CONTINUED],
  },
  {
    name: "beta.conversations.restartStream",
    call: async (client) =>
      listOf(
        await client.beta.conversations.restartStream({
          conversationId: "conv_7",
          conversationRestartStreamRequest: { inputs: "Go on.", fromEntryId: "entry_1" },
        }),
      ),
    records: [CONTINUED],
  },
  {
    name: "beta.conversations.startStream left by break",
    faults: [{ holdAfter: 4 }],
    call: async (client) => {
      const seen = [];
      for await (const event of await client.beta.conversations.startStream(START)) {
        seen.push(event);
        if (seen.length === 4) break;
      }
      return seen;
    },
    records: [estimated(abandoned("conversations", MODEL), { outputTokens: 3 })],
  },
  {
    name: "files.upload",
    call: (client) => client.files.upload({ file: { fileName: "lines.jsonl", content: new Uint8Array(10) } }),
    records: [],
  },
  { name: "models.list", call: (client) => client.models.list(), records: [] },
];
