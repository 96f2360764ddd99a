/** Other programs' names of operations, where they differ from ours. */
const OPERATIONS: Readonly<Record<string, string>> = {
  completion: "chat",
  completions: "completions",
  chat_completion: "chat",
  chat_completions: "chat",
  anthropic_messages: "chat",
  messages: "chat",
  generate_content: "chat",
  generate_content_stream: "chat",
  responses: "responses",
  text_completion: "completions",
  embedding: "embeddings",
  embed: "embeddings",
  image_generation: "images",
  image_edit: "images",
  image_variation: "images",
  create_video: "videos",
  video_generation: "videos",
  video_remix: "videos",
  transcription: "transcriptions",
  speech: "speech",
  moderation: "moderations",
};

/** An operation by our name, such as `chat` for `completion`. */
export const operationNamed = (name: string): string => OPERATIONS[name] ?? name;

/** The operation that an address or path of an API stands for; `chat` where it says nothing. */
export function operationOfPath(path: string): string {
  const [, found] =
    /(chat\/completions|embeddings|responses|moderations|images|videos|audio\/speech|audio\/transcriptions|messages)\b/.exec(
      path,
    ) ?? [];
  if (found === undefined) return /:(?:batch)?embed/i.test(path) ? "embeddings" : "chat";
  const last = found.split("/").at(-1)!;
  return last === "messages" || found === "chat/completions" ? "chat" : last;
}
