import type { Blow } from './blow.js';
import type { Ended } from './histo-process.js';

/** What became of a start of histo. */
export interface AttemptOutcome {
  readonly blow: Blow | null;
  /** When the signal was sent, by `performance.now()`; null: the run was over before. */
  readonly struckMs: number | null;
  readonly ended: Ended;
  /** Where the run was, by its files. */
  readonly moment: string;
  readonly faults: readonly string[];
}

/** Counts what becomes of the runs. */
export class Tally {
  kills = 0;
  fills = 0;
  starts = 0;
  runs = 0;
  readonly failures: string[] = [];
  private readonly outcomes = new Map<string, number>();
  private readonly longestMs = new Map<string, number>();

  attempt({ blow, struckMs, ended, moment, faults }: AttemptOutcome): void {
    this.starts++;
    this.failures.push(...faults);
    if (blow === null) return;
    if (struckMs === null) this.count('not struck', 'over before');
    else if (blow.kind.startsWith('SIGKILL')) {
      this.kills++;
      this.count('SIGKILL', moment);
    } else if (blow.kind === 'full disk') {
      this.fills++;
      this.count(blow.kind, ended.code === 0 ? 'had room enough' : `exit ${ended.code}, ${moment}`);
    } else this.stopped(blow, ended, performance.now() - struckMs);
  }

  private stopped(blow: Blow, { code }: Ended, ms: number): void {
    const isTwice = 'againAfterMs' in blow && blow.againAfterMs !== null;
    const row = `${blow.kind}${isTwice ? ' twice' : ''}`;
    this.count(row, code === null ? 'before it listens' : `exit ${code}`);
    if (code !== 0) this.longestMs.set(row, Math.max(ms, this.longestMs.get(row) ?? 0));
  }

  finished(differences: readonly string[]): void {
    this.runs++;
    this.failures.push(...differences);
  }

  /** The counts as aligned text. */
  text(): string {
    const rows = [...this.outcomes].sort(([a], [b]) => (a < b ? -1 : 1));
    const longest = [...this.longestMs].map(
      ([row, ms]) => `${row}: at most ${(ms / 1000).toFixed(1)} s from the signal to the exit`,
    );
    return [
      `${this.runs} runs in ${this.starts} starts, ${this.kills} of them killed, ${this.fills} with a disk that filled up; ${this.failures.length} failures`,
      ...rows.map(([outcome, count]) => `${String(count).padStart(6)}  ${outcome}`),
      ...longest,
      ...this.failures,
    ].join('\n');
  }

  private count(row: string, outcome: string): void {
    const key = `${row}, ${outcome}`;
    this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
  }
}
