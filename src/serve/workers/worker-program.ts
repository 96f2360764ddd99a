import { AskingGate } from "./asking-gate.ts";
import type { PrimaryMessage, WorkerMessage } from "./primary-messages.ts";
import { startWorker, type ServingWorker } from "./worker.ts";

/** The program of a worker: it does what the primary says, and ends with it. */
const send = (message: WorkerMessage, sent: () => void = () => undefined): void => {
  process.send?.(message, undefined, undefined, sent);
};

// Sent to the whole group, as by a terminal or systemd; the primary says what comes of it.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);

let gate: AskingGate | undefined;
let starting: Promise<ServingWorker> | undefined;

async function take(message: PrimaryMessage): Promise<void> {
  if (message.serve === "admitted" || message.serve === "refused") gate?.answered(message);
  else if (message.serve === "drain") {
    await (await starting)?.drain(message.patienceMilliseconds);
    // Behind all that was sent before.
    send({ serve: "configured" }, () => process.disconnect());
  } else if (starting) {
    (await starting).configure(message.settings);
    send({ serve: "configured" });
  } else {
    gate = new AskingGate(message.settings.asksBudgets, send);
    starting = startWorker(message.settings, gate, send);
    await starting;
  }
}

process.on("message", (message: PrimaryMessage) => {
  take(message).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    send({ serve: "failed", reason }, () => process.exit(1));
  });
});
send({ serve: "started" });
