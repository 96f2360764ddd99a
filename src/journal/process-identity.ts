import { readFileSync } from "node:fs";

/**
 * What tells a process of this machine from every other, also from a later one with the same number; undefined where the
 * system does not say.
 */
export const processIdentity = (): string | undefined => identityOf(process.pid);

/** Whether the process that called itself so is running. */
export function isRunning(identity: string): boolean {
  const pid = Number(identity.split(" ")[1]);
  return Number.isInteger(pid) && identityOf(pid) === identity;
}

/** As Linux has it: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function identityOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before the last parenthesis may hold anything; the start time is the 22nd field.
    const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${boot} ${pid} ${startTime}`;
  } catch {
    return undefined;
  }
}
