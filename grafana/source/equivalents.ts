import { METRICS } from "../../src/metrics/metrics.ts";
import { filtered, inRange } from "./queries.ts";

/** Something that people know, to picture an amount by. An illustration; no decision should rest on it. */
export interface Equivalent {
  readonly name: string;
  readonly expr: string;
  /** What one of it amounts to, and who says so. */
  readonly constant: string;
}

const amount = {
  co2e: inRange(filtered(METRICS.co2e)),
  water: inRange(filtered(METRICS.water)),
  energy: inRange(filtered(METRICS.energy)),
};

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    name: "km by car",
    expr: `${amount.co2e} / 248.5`,
    constant:
      "248.5 g CO2 per km: 400 g per mile for a typical passenger vehicle ([US EPA](https://www.epa.gov/greenvehicles/greenhouse-gas-emissions-typical-passenger-vehicle))",
  },
  {
    name: "phone charges",
    expr: `${amount.co2e} / 12.4`,
    constant:
      "12.4 g CO2 per charge, with US electricity ([US EPA, equivalencies calculator](https://www.epa.gov/energy/greenhouse-gases-equivalencies-calculator-calculations-and-references))",
  },
  {
    name: "showers",
    expr: `${amount.water} / 65.1`,
    constant:
      "65.1 L per shower: 17.2 US gallons on average ([US EPA WaterSense](https://www.epa.gov/watersense/showerheads))",
  },
  {
    name: "litres brought to the boil",
    expr: `${amount.energy} / 334880`,
    constant: "334.88 kJ per litre: from 20 to 100 °C at 4.186 kJ per kg and K, without losses",
  },
];
