import { sigmoid } from '../../src/evaluate/sigmoid.js';
import { quote } from '../../src/quote.js';
import type { ListedPatch } from './listed-patch.js';
import type { PatchFile } from './patch-files.js';
import type { Scorer } from './start-scorer.js';

/** What becomes of the files, one by one. */
export interface ScoringEvents {
  onScored(patch: ListedPatch): void;
  /** Told what was expected, what was found and the remedy. */
  onRefused(message: string): void;
  /** @param waiting How many files are still to come; 0: all is done. */
  onProgress(waiting: number): void;
}

/** A queue of files that are scored one after the other, once the scorer has started. */
export class ScoringQueue {
  readonly #scorer: Promise<Scorer>;
  readonly #temperature: number;
  readonly #events: ScoringEvents;
  #ids = new Set<string>();
  #waiting: PatchFile[] = [];
  #isRunning = false;

  constructor(scorer: Promise<Scorer>, temperature: number, events: ScoringEvents) {
    this.#scorer = scorer;
    this.#temperature = temperature;
    this.#events = events;
  }

  add(files: readonly PatchFile[]): void {
    for (const file of files) {
      if (this.#ids.has(file.id)) {
        this.#events.onRefused(
          `Cannot add ${quote(file.name)}: expected an id of its own, got that of another patch of the list; clear the list, or rename the file`,
        );
        continue;
      }
      this.#ids.add(file.id);
      this.#waiting.push(file);
    }
    if (!this.#isRunning) void this.#run();
  }

  /** Forgets all files; what the scorer is at comes to nothing. */
  clear(): void {
    this.#ids = new Set();
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const scorer = await this.#scorer.catch(() => null); // the page tells why
    if (scorer === null) return;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#events.onProgress(this.#waiting.length + 1);
      await this.#score(scorer, next);
    }
    this.#isRunning = false;
    this.#events.onProgress(0);
  }

  async #score(scorer: Scorer, { id, name, file }: PatchFile): Promise<void> {
    const ids = this.#ids;
    try {
      const scored = await scorer(file);
      if (ids !== this.#ids) return; // the list was cleared meanwhile
      const probability = sigmoid(scored.margin / this.#temperature);
      this.#events.onScored({ ...scored, id, probability });
    } catch (error) {
      if (ids !== this.#ids) return;
      ids.delete(id); // so that the mended file may come again
      this.#events.onRefused(`Cannot read ${quote(name)}: ${(error as Error).message}`);
    }
  }
}
