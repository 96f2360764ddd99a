/**
 * Ids of requests that have none: their places in their file. Several may stand in one piece, such as a page.
 *
 * @param fileKey unique per file
 * @returns the id of the next request in a piece
 */
export function placesInFile(fileKey: string): (piece: number) => string {
  let [last, count] = [-1, 0];
  return (piece) => {
    if (piece !== last) [last, count] = [piece, 0];
    const position = count++;
    return `row:${fileKey.slice(0, 13)}:${piece}${position === 0 ? "" : `.${position}`}`;
  };
}
