/** Expressions of the dashboards that have no answer in the history, and why. */
export const EMPTY: Readonly<Record<string, string>> = {
  "llm-footprint-budgets / Alerts / A": "alerts are Prometheus' own, and cannot be imported",
  "llm-footprint-overview / Requests with a stated footprint / A": "the history's providers state nothing",
  "llm-footprint-overview / Stated against estimated energy / A": "the history's providers state nothing",
  "llm-footprint-meter-health / Store of the budgets / A": "the history has no shared store",
  "llm-footprint-meter-health / Calls of the store that failed / A": "the history has no shared store",
  "llm-footprint-meter-health / Settlements that wait, and that were lost / A": "the history has no shared store",
  "llm-footprint-meter-health / Settlements that wait, and that were lost / B": "the history has no shared store",
};

/** The history's budgets are all of CO2e, so the tables of other units are empty. */
export const OTHER_UNITS = /^llm-footprint-budgets \/ (?:Water|Energy|Tokens and requests): when it will be gone \//;
