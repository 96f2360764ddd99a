/** The characters of some texts together; undefined where there are none, so that an event without text has no count. */
export function textLength(texts: readonly (string | undefined)[]): number | undefined {
  const characters = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  return characters > 0 ? characters : undefined;
}
