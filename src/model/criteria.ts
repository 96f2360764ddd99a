/**
 * The part of the life cycle that a number covers. `undivided`: the source does not split usage from
 * embodied. `training` is never part of a total.
 */
export const PHASES = ["usage", "embodied", "undivided", "training"] as const;
/** The part of the life cycle that a number covers; `undivided` where its source does not split. */
export type Phase = (typeof PHASES)[number];

/** A unit that people read or write, and how many of the criterion's own unit it is. */
export type SizedUnit = readonly [size: number, name: string];

/** All that the project knows about a criterion: metrics, columns, limits and texts derive from it. */
export interface CriterionFacts {
  /** As a heading. */
  readonly title: string;
  /** Its own unit, as it stands behind a number. */
  readonly unit: string;
  /** The phases that a factor can give. */
  readonly phases: readonly Phase[];
  /** Its words in metric names, its sentence in their help, and whether its counter has a line per phase. */
  readonly metric: {
    readonly key: string;
    readonly word: string;
    readonly unit: "grams" | "litres" | "joules";
    readonly help: string;
    readonly perPhase: boolean;
  };
  /** The units that people read, largest first. */
  readonly displayUnits: readonly [...SizedUnit[], SizedUnit];
  /** The units that a limit can be written in. Upper and lower case differ: mWh is not MWh. */
  readonly limitUnits: Readonly<Record<string, number>>;
  /** Its columns in the export for carbon accounting: the beginning of their names, and their unit's size. */
  readonly column: { readonly name: string; readonly unit: string; readonly size: number };
}

const MASS = { mg: 1e-3, g: 1, kg: 1e3, t: 1e6 };
const ENERGY = { J: 1, kJ: 1e3, MJ: 1e6, GJ: 1e9, Wh: 3600, kWh: 3.6e6, MWh: 3.6e9 };

/** What a footprint is measured in. The unit is in the name. */
export const CRITERION_FACTS = {
  co2eGrams: {
    title: "Greenhouse gases (CO2e)",
    unit: "g CO2e",
    phases: ["usage", "embodied", "undivided", "training"],
    metric: {
      key: "co2e",
      word: "co2e",
      unit: "grams",
      help: "Greenhouse gases in grams of CO2 equivalent",
      perPhase: true,
    },
    displayUnits: [
      [1e6, "t"],
      [1e3, "kg"],
      [1, "g"],
      [1e-3, "mg"],
      [1e-6, "µg"],
    ],
    limitUnits: MASS,
    column: { name: "co2e", unit: "kg", size: 1000 },
  },
  waterLitres: {
    title: "Water consumed",
    unit: "L",
    phases: ["usage", "embodied", "undivided", "training"],
    metric: { key: "water", word: "water", unit: "litres", help: "Water consumed in litres", perPhase: true },
    displayUnits: [
      [1e3, "m³"],
      [1, "L"],
      [1e-3, "mL"],
      [1e-6, "µL"],
    ],
    limitUnits: { L: 1, l: 1, mL: 1e-3, ml: 1e-3, m3: 1e3, "m³": 1e3 },
    column: { name: "water", unit: "l", size: 1 },
  },
  energyJoules: {
    title: "Electricity",
    unit: "J",
    phases: ["usage", "training"],
    metric: { key: "energy", word: "energy", unit: "joules", help: "Electricity used in joules", perPhase: false },
    // 1 Wh is 3600 J.
    displayUnits: [
      [3.6e9, "MWh"],
      [3.6e6, "kWh"],
      [3.6e3, "Wh"],
      [3.6, "mWh"],
    ],
    limitUnits: ENERGY,
    column: { name: "energy", unit: "kwh", size: 3.6e6 },
  },
  primaryEnergyJoules: {
    title: "Primary energy",
    unit: "J of primary energy",
    phases: ["usage", "embodied"],
    metric: {
      key: "primaryEnergy",
      word: "primary_energy",
      unit: "joules",
      help: "Primary energy used in joules",
      perPhase: false,
    },
    displayUnits: [
      [1e9, "GJ"],
      [1e6, "MJ"],
      [1e3, "kJ"],
      [1, "J"],
    ],
    limitUnits: ENERGY,
    column: { name: "primary_energy", unit: "kwh", size: 3.6e6 },
  },
  abioticDepletionGramsSbEq: {
    title: "Abiotic resource depletion",
    unit: "g Sb eq",
    phases: ["usage", "embodied", "undivided"],
    metric: {
      key: "abioticDepletion",
      word: "abiotic_depletion",
      unit: "grams",
      help: "Abiotic resources depleted in grams of antimony equivalent",
      perPhase: false,
    },
    displayUnits: [
      [1, "g Sb eq"],
      [1e-3, "mg Sb eq"],
      [1e-6, "µg Sb eq"],
      [1e-9, "ng Sb eq"],
    ],
    limitUnits: { ...MASS, µg: 1e-6 },
    column: { name: "adpe", unit: "kg_sb_eq", size: 1000 },
  },
} as const satisfies Record<string, CriterionFacts>;

/** What a footprint is measured in, with its unit in the name. */
export type Criterion = keyof typeof CRITERION_FACTS;

/** Every criterion, in the order in which it is shown. */
export const CRITERIA = Object.keys(CRITERION_FACTS) as readonly Criterion[];

/** One fact of every criterion. */
export const criterionTable = <Fact>(factOf: (facts: CriterionFacts, criterion: Criterion) => Fact) =>
  Object.fromEntries(
    CRITERIA.map((criterion) => [criterion, factOf(CRITERION_FACTS[criterion], criterion)]),
  ) as Readonly<Record<Criterion, Fact>>;
