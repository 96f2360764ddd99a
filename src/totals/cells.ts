/**
 * Running sums of many label sets in a few typed arrays. The cells of a block come in groups that appear
 * together (a range's three bounds, a histogram's buckets); a block has only the groups that were ever added
 * to, so that what is unknown takes no room and cannot be mistaken for zero.
 */
export class Cells {
  readonly #empty: Layout;
  readonly #now: () => number;
  /** Blocks that were outgrown, by their length, for the next block of that length. */
  readonly #free = new Map<number, Place[]>();
  #slab = new Float64Array(SLAB_LENGTH);
  #used = 0;

  /** @param sizes how many cells each group has @param now milliseconds since the epoch */
  constructor(sizes: readonly number[], now: () => number) {
    this.#empty = new Layout(sizes, []);
    this.#now = now;
  }

  newBlock(): Block {
    return { layout: this.#empty, slab: this.#slab, offset: 0 };
  }

  /** Makes sure that the block has the group, at zero. @param bornAt when it is to count as first seen; now when left out */
  ensure(block: Block, group: number, bornAt?: number): void {
    if (block.layout.places[group]! >= 0) return;
    const { slab, offset, layout } = block;
    const grown = layout.with(group);
    const place = this.#allocate(grown.length);
    place.slab.set(slab.subarray(offset, offset + layout.length), place.offset);
    place.slab.fill(0, place.offset + layout.length, place.offset + grown.length);
    place.slab[place.offset + grown.places[group]!] = bornAt ?? this.#now();
    if (layout.length > 0) this.#release(layout.length, { slab, offset });
    block.layout = grown;
    block.slab = place.slab;
    block.offset = place.offset;
  }

  /** Adds to one cell. @returns false, with nothing added, when the value or the sum is negative or not finite */
  add(block: Block, group: number, index: number, value: number): boolean {
    if (!(value >= 0 && value < Infinity)) return false;
    this.ensure(block, group);
    const position = block.offset + block.layout.places[group]! + 1 + index;
    const sum = block.slab[position]! + value;
    if (sum === Infinity) return false;
    block.slab[position] = sum;
    return true;
  }

  /** Adds to the three cells of a range. @returns false, with nothing added, when it is not a range or a sum is not finite */
  addRange(block: Block, group: number, low: number, central: number, high: number): boolean {
    if (!(low >= 0 && low <= central && central <= high && high < Infinity)) return false;
    this.ensure(block, group);
    const { slab } = block;
    const position = block.offset + block.layout.places[group]! + 1;
    if (slab[position + 2]! + high === Infinity) return false;
    slab[position]! += low;
    slab[position + 1]! += central;
    slab[position + 2]! += high;
    return true;
  }

  /** Adds all of another block, which may be of other cells with the same groups. */
  addBlock(sum: Block, { layout, slab, offset }: Block): void {
    if (sum.layout.length === 0) {
      const place = this.#allocate(layout.length);
      place.slab.set(slab.subarray(offset, offset + layout.length), place.offset);
      Object.assign(sum, place, { layout });
    } else if (sum.layout === layout) {
      // Nearly always; the births are added as well, and mean nothing in a sum.
      for (let index = 0; index < layout.length; index += 1) sum.slab[sum.offset + index]! += slab[offset + index]!;
    } else {
      for (const group of layout.groups) {
        this.ensure(sum, group, 0);
        const from = offset + layout.places[group]! + 1;
        const to = sum.offset + sum.layout.places[group]! + 1;
        for (let index = 0; index < layout.sizes[group]!; index += 1) sum.slab[to + index]! += slab[from + index]!;
      }
    }
  }

  #allocate(length: number): Place {
    const outgrown = this.#free.get(length)?.pop();
    if (outgrown) return outgrown;
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Float64Array(Math.max(SLAB_LENGTH, length));
      this.#used = 0;
    }
    const place = { slab: this.#slab, offset: this.#used };
    this.#used += length;
    return place;
  }

  #release(length: number, place: Place): void {
    const places = this.#free.get(length);
    if (places) places.push(place);
    else this.#free.set(length, [place]);
  }
}

/** The sums of one label set. */
export interface Block {
  layout: Layout;
  slab: Float64Array;
  offset: number;
}

/** One number of a block. */
export interface Cell {
  readonly group: number;
  readonly index: number;
}

/** @returns the cell's value; undefined when nothing was ever added to its group */
export function valueOf(block: Block, group: number, index: number): number | undefined {
  const place = block.layout.places[group]!;
  return place < 0 ? undefined : block.slab[block.offset + place + 1 + index]!;
}

/** @returns when the group was first added to, in milliseconds since the epoch; Infinity when it never was */
export function bornAt(block: Block, group: number): number {
  const place = block.layout.places[group]!;
  return place < 0 ? Infinity : block.slab[block.offset + place]!;
}

/**
 * The sum of some cells as it is to be exported: undefined when none of them is known, and 0 while all of
 * them are younger than the hold. A counter that first appears at its first value loses that value in
 * Prometheus' `increase()`.
 *
 * @param bornBefore groups born later than this, in milliseconds since the epoch, are held at zero
 */
export function heldSum(block: Block, cells: readonly Cell[], bornBefore: number): number | undefined {
  let sum: number | undefined;
  let held = true;
  for (const { group, index } of cells) {
    const place = block.layout.places[group]!;
    if (place < 0) continue;
    sum = (sum ?? 0) + block.slab[block.offset + place + 1 + index]!;
    if (block.slab[block.offset + place]! <= bornBefore) held = false;
  }
  return sum === undefined ? undefined : held ? 0 : sum;
}

/** In cells; 32 KiB each, so that growing copies nothing and wastes at most one. */
const SLAB_LENGTH = 4096;

interface Place {
  readonly slab: Float64Array;
  readonly offset: number;
}

/** Which groups a block has and where. Blocks with the same groups, added in the same order, share one. */
class Layout {
  /** Where each group starts in its block, with the time of its birth; its cells follow. -1 when the block has none. */
  readonly places: Int16Array;
  /** In cells, births included. */
  readonly length: number;
  /** How many cells each group has, also of those that the block does not have. */
  readonly sizes: readonly number[];
  readonly groups: readonly number[];
  readonly #grown = new Map<number, Layout>();

  constructor(sizes: readonly number[], groups: readonly number[]) {
    this.sizes = sizes;
    this.groups = groups;
    this.places = new Int16Array(sizes.length).fill(-1);
    let length = 0;
    for (const group of groups) {
      this.places[group] = length;
      length += 1 + sizes[group]!;
    }
    this.length = length;
  }

  with(group: number): Layout {
    let grown = this.#grown.get(group);
    if (!grown) {
      grown = new Layout(this.sizes, [...this.groups, group]);
      this.#grown.set(group, grown);
    }
    return grown;
  }
}
