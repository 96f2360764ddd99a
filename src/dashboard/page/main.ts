import type { DashboardSnapshot } from "../snapshot.ts";
import { showBudgets } from "./budgets.ts";
import { showCauses } from "./causes.ts";
import { prepareCourse, showCourse } from "./course.ts";
import { find } from "./dom.ts";
import { showQuality } from "./quality.ts";
import { showRecent } from "./recent.ts";
import { showTotals } from "./totals.ts";

function show(snapshot: DashboardSnapshot): void {
  showTotals(snapshot);
  showCourse(snapshot);
  showBudgets(snapshot);
  showCauses(snapshot);
  showQuality(snapshot);
  showRecent(snapshot);
  for (const placeholder of document.querySelectorAll(".plot.skeleton")) placeholder.classList.remove("skeleton");
  document.body.dataset["at"] = snapshot.at;
}

/** Announced by screen readers, so that it changes only when there is news. */
function setStatus(kind: "live" | "lost", text: string): void {
  const status = find("#status");
  if (status.textContent !== text) status.textContent = text;
  status.className = `status ${kind}`;
}

prepareCourse();
const events = new EventSource("events");
events.addEventListener("snapshot", (event: MessageEvent<string>) => {
  setStatus("live", "Live");
  show(JSON.parse(event.data) as DashboardSnapshot);
});
events.addEventListener("error", () => {
  setStatus("lost", "Connection lost: the numbers may be old. Trying again…");
  // A browser gives up for good after an answer other than 200.
  if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 10_000);
});
