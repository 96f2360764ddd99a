/** The short side in pixels of sizes that have names; all are 16:9 or 9:16. */
const NAMED: Readonly<Record<string, number>> = { "2k": 1440, "4k": 2160 };

/** The megapixels of a size such as `1280x720`, `1280*720`, `1280:720`, `720p` or `4K`; undefined for any other text. */
export function megapixelsOf(size: string): number | undefined {
  const sides = /^(\d{3,4})\s*[x×*:]\s*(\d{3,4})$/i.exec(size);
  if (sides) return (Number(sides[1]) * Number(sides[2])) / 1e6;
  const short = NAMED[size.toLowerCase()] ?? Number(/^(\d{3,4})p$/i.exec(size)?.[1]);
  return Number.isNaN(short) ? undefined : (short * short * (16 / 9)) / 1e6;
}
