import type { PageFacts, PageThreshold } from '../../src/export/web/page-facts.js';
import type { ListedPatch } from './listed-patch.js';
import { type PatchRow, patchRow } from './patch-row.js';

/** What the rows are sorted by. */
export type SortKey = 'id' | 'probability' | 'time';

interface Order {
  readonly key: SortKey;
  /** 1: smallest first; -1: largest first. */
  readonly direction: 1 | -1;
}

const sortValues = {
  id: (patch) => patch.id,
  probability: (patch) => patch.probability,
  time: (patch) => patch.timeMs,
} as const satisfies Readonly<Record<SortKey, (patch: ListedPatch) => string | number>>;

/**
 * The table of patches. Rows stand in their order at any time: a new one is put in its place, so that
 * thousands stay fast; what is out of sight, the browser does not draw.
 */
export class PatchTable {
  readonly #table: HTMLTableElement;
  readonly #body: HTMLElement;
  readonly #classNames: readonly string[];
  #rows: PatchRow[] = [];
  #order: Order = { key: 'id', direction: 1 };
  #threshold: PageThreshold;

  constructor(table: HTMLTableElement, { classNames, thresholds }: PageFacts) {
    this.#table = table;
    this.#body = table.tBodies[0] as HTMLElement;
    this.#classNames = classNames;
    this.#threshold = thresholds[0] as PageThreshold;
    for (const button of table.querySelectorAll<HTMLButtonElement>('button[value]')) {
      button.addEventListener('click', () => this.#sortBy(button.value as SortKey));
    }
    this.#showOrder();
  }

  /** In no order to rely on. */
  get patches(): readonly ListedPatch[] {
    return this.#rows.map(({ patch }) => patch);
  }

  add(patch: ListedPatch): void {
    const row = patchRow(patch, this.#classNames);
    row.judge(this.#threshold);
    const place = this.#placeOf(row);
    this.#body.insertBefore(row.element, this.#rows[place]?.element ?? null);
    this.#rows.splice(place, 0, row);
  }

  judge(threshold: PageThreshold): void {
    this.#threshold = threshold;
    this.#table.style.setProperty('--threshold', `${100 * threshold.probability}%`);
    for (const row of this.#rows) row.judge(threshold);
  }

  clear(): void {
    for (const row of this.#rows) row.release();
    this.#rows = [];
    this.#body.replaceChildren();
  }

  /** Turns the order around if it is by that key already; probabilities start with the largest. */
  #sortBy(key: SortKey): void {
    const first = key === 'id' ? 1 : -1;
    const direction = this.#order.key === key ? (-this.#order.direction as 1 | -1) : first;
    this.#order = { key, direction };
    this.#rows.sort((a, b) => this.#compare(a, b));
    this.#body.replaceChildren(...this.#rows.map(({ element }) => element));
    this.#showOrder();
  }

  #showOrder(): void {
    const { key, direction } = this.#order;
    for (const button of this.#table.querySelectorAll<HTMLButtonElement>('button[value]')) {
      const order = direction === 1 ? 'ascending' : 'descending';
      button.closest('th')?.setAttribute('aria-sort', button.value === key ? order : 'none');
    }
  }

  /** The first place whose row comes after this one. */
  #placeOf(row: PatchRow): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#rows[middle] as PatchRow, row) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare({ patch: a }: PatchRow, { patch: b }: PatchRow): number {
    const { key, direction } = this.#order;
    const [first, second] = [sortValues[key](a), sortValues[key](b)];
    if (first === second) return a.id < b.id ? -1 : 1;
    return first < second ? -direction : direction;
  }
}
