import { sanitizeLabelValue } from "../model/label-value.ts";
import type { Labels } from "../model/request.ts";
import type { Block, Cells } from "./cells.ts";
import { COMMON_LABELS, type LabelSetKey } from "./labels.ts";

/** The running totals of one label set. */
export interface LabelSet extends Block {
  /** All labels of the set, sanitised, in the order of the exposition. */
  readonly labels: Labels;
  /** What is kept per model only: evidence and distributions. */
  readonly model: ModelSet;
}

/** The running totals of one provider's model. */
export interface ModelSet extends Block {
  readonly labels: Labels;
}

/** The value that stands for all values beyond a cap. */
const OTHER = "other";

/** The label in the count of overflows that stands for the cap on label sets. */
const ALL_LABELS = "label_set";

/** Label value → label value → … → the set. */
type Branch = Map<string, Branch | LabelSet>;

export interface LabelSetLimits {
  /** Distinct values of one label; further ones are counted under `other`. */
  readonly maxLabelValues: number;
  /** Label sets altogether; the last tenth is kept for sets whose declared labels are `other`. */
  readonly maxSeries: number;
}

/** All label sets ever seen. Nothing is evicted: a total that came back from zero would be wrong. */
export class LabelSets {
  readonly all: LabelSet[] = [];
  readonly models: ModelSet[] = [];
  /** How often a value had to be counted under `other`, by label. */
  readonly overflow: Map<string, number>;
  readonly #root: Branch = new Map();
  readonly #modelOf = new Map<string, Map<string, ModelSet>>();
  readonly #declared: readonly string[];
  readonly #names: readonly string[];
  /** The values of each label that were admitted; a set's labels hold these very strings. */
  readonly #admitted: readonly Map<string, string>[];
  readonly #limits: LabelSetLimits;
  readonly #cells: Cells;
  readonly #modelCells: Cells;

  constructor(declared: readonly string[], limits: LabelSetLimits, cells: Cells, modelCells: Cells) {
    this.#declared = declared;
    this.#names = [...COMMON_LABELS, ...declared];
    this.#admitted = this.#names.map(() => new Map());
    this.overflow = new Map([...this.#names, ALL_LABELS].map((name) => [name, 0]));
    this.#limits = limits;
    this.#cells = cells;
    this.#modelCells = modelCells;
  }

  find(key: LabelSetKey): LabelSet {
    let node = this.#root.get(key.provider);
    node = (node as Branch | undefined)?.get(key.model);
    node = (node as Branch | undefined)?.get(key.operation);
    for (const name of this.#declared) node = (node as Branch | undefined)?.get(labelOf(key, name) ?? "");
    return (node as LabelSet | undefined) ?? this.#admit(key);
  }

  #admit(key: LabelSetKey): LabelSet {
    const values = this.#names.map((name, level) =>
      this.#admitValue(
        level,
        sanitizeLabelValue(level < COMMON_LABELS.length ? commonValue(key, level) : labelOf(key, name)),
      ),
    );
    const existing = this.#existing(values);
    if (existing) return existing;
    const { maxSeries } = this.#limits;
    if (this.all.length < Math.floor(maxSeries * 0.9)) return this.#create(values);
    this.#countOverflow(ALL_LABELS);
    const folded = values.map((value, level) => (level < COMMON_LABELS.length ? value : OTHER));
    const alreadyFolded = this.#existing(folded);
    if (alreadyFolded) return alreadyFolded;
    if (this.all.length < maxSeries - 1) return this.#create(folded);
    const everything = values.map(() => OTHER);
    return this.#existing(everything) ?? this.#create(everything);
  }

  #admitValue(level: number, value: string): string {
    const admitted = this.#admitted[level]!;
    const known = admitted.get(value);
    if (known !== undefined) return known;
    if (admitted.size < this.#limits.maxLabelValues) {
      admitted.set(value, value);
      return value;
    }
    this.#countOverflow(this.#names[level]!);
    return OTHER;
  }

  #countOverflow(label: string): void {
    this.overflow.set(label, (this.overflow.get(label) ?? 0) + 1);
  }

  #existing(values: readonly string[]): LabelSet | undefined {
    let node: Branch | LabelSet | undefined = this.#root;
    for (const value of values) node = (node as Branch | undefined)?.get(value);
    return node as LabelSet | undefined;
  }

  #create(values: readonly string[]): LabelSet {
    let branch = this.#root;
    for (const value of values.slice(0, -1)) {
      let next = branch.get(value) as Branch | undefined;
      if (!next) branch.set(value, (next = new Map()));
      branch = next;
    }
    const labels = Object.fromEntries(this.#names.map((name, level) => [name, values[level]!]));
    const { layout, slab, offset } = this.#cells.newBlock();
    const labelSet: LabelSet = { labels, model: this.#model(values[0]!, values[1]!), layout, slab, offset };
    branch.set(values.at(-1)!, labelSet);
    this.all.push(labelSet);
    return labelSet;
  }

  #model(provider: string, model: string): ModelSet {
    let models = this.#modelOf.get(provider);
    if (!models) this.#modelOf.set(provider, (models = new Map<string, ModelSet>()));
    let modelSet = models.get(model);
    if (!modelSet) {
      modelSet = { labels: { provider, model }, ...this.#modelCells.newBlock() };
      models.set(model, modelSet);
      this.models.push(modelSet);
    }
    return modelSet;
  }
}

/** A label of the request itself, whatever the name is: `constructor` is a name like any other. */
const labelOf = ({ labels }: LabelSetKey, name: string): string | undefined =>
  Object.hasOwn(labels, name) ? labels[name] : undefined;

const commonValue = (key: LabelSetKey, level: number): unknown => key[COMMON_LABELS[level]!];
