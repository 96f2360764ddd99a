/** How long the first of a batch waits: spans of an answer come seconds after it. */
const BATCH_MILLISECONDS = 100;

/** Takes one by one what is to be sent in batches. */
export function batched<Item>(send: (items: readonly Item[]) => void): (item: Item) => void {
  let waiting: Item[] = [];
  return (item) => {
    if (waiting.push(item) > 1) return;
    setTimeout(() => {
      const items = waiting;
      waiting = [];
      send(items);
    }, BATCH_MILLISECONDS).unref();
  };
}
