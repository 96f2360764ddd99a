/**
 * Waits for something that may never come, such as a listener that never resolves.
 *
 * @returns whether it came in time; a rejection that comes in time is passed on
 */
export async function within(seconds: number, awaited: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1000);
  });
  try {
    return await Promise.race([awaited.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
