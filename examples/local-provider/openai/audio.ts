import { bytes, json, Refusal, text, typedEvents, type Answer, type Routes, type UploadedFile } from "../exchange.ts";
import { answerOf, countTokens, DEFAULT_ANSWER_TOKENS, tokensOf } from "../language.ts";

/** A recording lasts a second per thousand bytes and costs ten tokens a second. */
const secondsOf = (file: UploadedFile): number => file.bytes / 1000;
const audioTokensOf = (file: UploadedFile): number => Math.ceil(secondsOf(file) * 10);

/** Speech and its transcripts. `whisper-1` states a duration, the other models tokens, plain texts nothing. */
export const audioRoutes: Routes = {
  "POST /audio/transcriptions": ({ body }) => {
    const request = body as TranscriptionForm;
    if (!request.model) throw new Refusal(400, "you must provide a model parameter");
    if (request.stream === "true") return streamed(request);
    return transcript(request, usageOf(request));
  },
  "POST /audio/translations": ({ body }) => transcript(body as TranscriptionForm, undefined),
  "POST /audio/speech": ({ body }) => {
    const { input, stream_format: format } = body as { input: string; stream_format?: string };
    const sound = Buffer.from(`sound of ${input}`);
    if (format !== "sse") return bytes(sound, "audio/mpeg");
    const [inputTokens, outputTokens] = [countTokens(input), countTokens(input) * 10];
    return typedEvents([
      { type: "speech.audio.delta", audio: sound.toString("base64") },
      {
        type: "speech.audio.done",
        usage: { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens },
      },
    ]);
  },
};

interface TranscriptionForm {
  readonly file: UploadedFile;
  readonly model: string;
  readonly stream?: string;
  readonly response_format?: string;
}

function usageOf({ file, model }: TranscriptionForm) {
  if (model === "whisper-1") return { type: "duration", seconds: secondsOf(file) };
  const input = audioTokensOf(file);
  return {
    type: "tokens",
    input_tokens: input,
    input_token_details: { audio_tokens: input, text_tokens: 0 },
    output_tokens: DEFAULT_ANSWER_TOKENS,
    total_tokens: input + DEFAULT_ANSWER_TOKENS,
  };
}

function transcript({ file, response_format: format }: TranscriptionForm, usage: unknown): Answer {
  switch (format) {
    case "text":
    case "srt":
    case "vtt":
      return text(`${answerOf()}\n`);
    case "verbose_json":
      return json({ text: answerOf(), language: "english", duration: secondsOf(file), segments: [], usage });
    default:
      return json({ text: answerOf(), usage });
  }
}

function streamed(request: TranscriptionForm): Answer {
  const words = tokensOf(answerOf()).map((delta) => ({ type: "transcript.text.delta", delta }));
  return typedEvents([...words, { type: "transcript.text.done", text: answerOf(), usage: usageOf(request) }]);
}
