/** The page's own language, in which all its texts and numbers are. */
const LOCALE = "en-GB";

/** Such as `14:05:09`. */
export const clockTime = (time: Date): string => time.toLocaleTimeString(LOCALE);

/**
 * Such as `14:05`; with seconds where the ticks are closer, and midnight as the day.
 *
 * @param step the seconds between two ticks
 */
export const axisTime = (seconds: number, step: number): string => {
  const time = new Date(seconds * 1000);
  if (step < 60) return clockTime(time);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  return isMidnight
    ? time.toLocaleDateString(LOCALE, { day: "numeric", month: "short" })
    : time.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
};

/** Such as `26 Nov, 14:05`. */
export const moment = (time: string | Date): string =>
  new Date(time).toLocaleString(LOCALE, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
