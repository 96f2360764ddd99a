import { json, typedEvents, type Answer, type Routes, type UploadedFile } from "../exchange.ts";
import { answerOf, countTokens, DEFAULT_ANSWER_TOKENS, tokensOf } from "../language.ts";

/** How long every recording is. */
export const AUDIO_SECONDS = 42;

/** Transcription of a file or of an address, and speech. */
export const audioRoutes: Routes = {
  "POST /audio/transcriptions": ({ body }) => {
    const { model, stream } = body as TranscriptionRequest;
    const whole = { model, text: answerOf(), language: "en", segments: [], usage: USAGE };
    return String(stream) === "true" ? streamed(whole) : json(whole);
  },
  "POST /audio/speech": ({ body }) => {
    const { input, stream } = body as { input: string; stream?: boolean };
    const tokens = countTokens(input);
    const sound = Buffer.from(`sound of ${input}`).toString("base64");
    const usage = { prompt_tokens: tokens, completion_tokens: tokens * 10, total_tokens: tokens * 11 };
    if (!stream) return json({ audio_data: sound });
    return typedEvents([
      { type: "speech.audio.delta", audio_data: sound },
      { type: "speech.audio.done", usage },
    ]);
  },
};

interface TranscriptionRequest {
  readonly model: string;
  readonly file?: UploadedFile;
  readonly stream?: boolean | string;
}

const USAGE = {
  prompt_audio_seconds: AUDIO_SECONDS,
  prompt_tokens: 4,
  completion_tokens: DEFAULT_ANSWER_TOKENS,
  total_tokens: 4 + DEFAULT_ANSWER_TOKENS,
};

function streamed(whole: { readonly text: string; readonly language: string }): Answer {
  return typedEvents([
    { type: "transcription.language", audio_language: whole.language },
    ...tokensOf(whole.text).map((text) => ({ type: "transcription.text.delta", text })),
    { type: "transcription.done", ...whole },
  ]);
}
