import { isObject, stringAt } from "../../wire/json.ts";

/** Is told what the parts of a stream of the AI SDK say, and how it ends. */
interface PartObserver {
  content(characters: number): void;
  model(name: string | undefined): void;
  finish(part: object): void;
  fail(): void;
  leave(): void;
  end(): void;
}

/** The same parts in a stream of ours that reads only when it is read, and cancels when it is cancelled. */
export function observedParts(parts: ReadableStream<unknown>, observer: PartObserver): ReadableStream<unknown> {
  const reader = parts.getReader();
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        let result: Awaited<ReturnType<typeof reader.read>>;
        try {
          result = await reader.read();
        } catch (error) {
          observer.fail();
          throw error;
        }
        if (result.done) {
          observer.end();
          controller.close();
          return;
        }
        see(result.value, observer);
        controller.enqueue(result.value);
      },
      cancel(reason) {
        observer.leave();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function see(part: unknown, observer: PartObserver): void {
  if (!isObject(part)) return;
  const type = stringAt(part, "type");
  if (type === "finish") observer.finish(part);
  else if (type === "response-metadata") observer.model(stringAt(part, "modelId"));
  else if (type === "error") observer.fail();
  else if (type?.endsWith("-delta") === true) {
    const characters = stringAt(part, "delta")?.length ?? 0;
    if (characters > 0) observer.content(characters);
  }
}
