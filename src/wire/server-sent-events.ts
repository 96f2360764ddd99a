/** One event of a `text/event-stream`; `data` is as sent, its lines joined. */
export interface ServerSentEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/**
 * The events in a piece of a stream's text, in order. What follows the last blank line counts as an event too,
 * since some servers omit the last one.
 *
 * @param fromStart false when the text may begin inside an event, which is then left out
 */
export function serverSentEvents(text: string, fromStart: boolean): ServerSentEvent[] {
  const blocks = text.split(/\r\n\r\n|\n\n|\r\r/);
  if (!fromStart) blocks.shift();
  return blocks.flatMap((block) => {
    const event = parseBlock(block);
    return event ? [event] : [];
  });
}

function parseBlock(block: string): ServerSentEvent | undefined {
  let event: string | undefined;
  let data: string | undefined;
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const field = line.slice(0, colon);
    const value = line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") event = value;
    else if (field === "data") data = data === undefined ? value : `${data}\n${value}`;
  }
  return data === undefined ? undefined : { event, data };
}
