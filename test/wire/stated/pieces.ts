/** A body cut at positions that may lie anywhere. */
export function cutAt(body: string, cuts: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(body);
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length)), bytes.length].sort((a, b) => a - b);
  return ends.flatMap((end, index) =>
    end > (ends[index - 1] ?? 0) ? [bytes.subarray(ends[index - 1] ?? 0, end)] : [],
  );
}

/** An answer that comes in pieces. */
export function inPieces(body: string, cuts: readonly number[], headers: Record<string, string>): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of cutAt(body, cuts)) controller.enqueue(piece);
      controller.close();
    },
  });
  return new Response(stream, { headers });
}
