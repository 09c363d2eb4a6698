/** Joins rows into sets of which no row is in two. */
export class DisjointSets {
  private readonly parents: Int32Array;

  constructor(count: number) {
    this.parents = Int32Array.from({ length: count }, (_, row) => row);
  }

  /** The row that stands for the set of a row: the first that it was joined of. Nearly O(1). */
  rootOf(row: number): number {
    let root = row;
    while (this.parents[root] !== root) root = this.parents[root] as number;
    for (let at = row; at !== root; ) {
      const next = this.parents[at] as number;
      this.parents[at] = root;
      at = next;
    }
    return root;
  }

  /** Makes one set of those of two rows; the lower root stands for it. */
  join(one: number, other: number): void {
    const [a, b] = [this.rootOf(one), this.rootOf(other)];
    this.parents[Math.max(a, b)] = Math.min(a, b);
  }
}
