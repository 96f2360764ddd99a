// cspell:ignore getconf
import { readFileSync } from "node:fs";

/** Ticks of the kernel's accounts: `getconf CLK_TCK` is 100 on Linux. */
const MILLISECONDS_PER_TICK = 10;

/** What a process, and its children that have ended, took of the processors since it began, in milliseconds. Linux only. */
export function cpuMillisecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Behind the name, which may have spaces.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) * MILLISECONDS_PER_TICK;
}

/** A process and all that it has started. */
export function processesOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processesOf)];
}

/** The memory that a process has in the machine, in megabytes. */
export const residentMegabytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
