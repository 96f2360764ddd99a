/** A stated amount: undefined where nothing is stated, NaN for what is not an amount, such as a text or less than 0. */
export const quantity = (value: unknown, perUnit = 1): number | undefined =>
  value === undefined || value === null
    ? undefined
    : typeof value === "number" && value >= 0 && Number.isFinite(value * perUnit)
      ? value * perUnit
      : NaN;

/** The same of a header, which is a text. */
export const quantityOfText = (text: string | null, perUnit = 1): number | undefined =>
  text === null
    ? undefined
    : /^\s*\d{1,15}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?\s*$/.test(text)
      ? Number(text) * perUnit
      : NaN;
