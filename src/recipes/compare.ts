import { join } from 'node:path';
import { requireWritable, writeFileAtomically } from '../atomic-file.js';
import { dataDigest, readLabelRows } from '../data/labels.js';
import { type Comparison, comparePredictions } from '../evaluate/compare-predictions.js';
import { curvesOf } from '../evaluate/curves.js';
import { type Disagreement, largestDisagreements } from '../evaluate/largest-disagreements.js';
import { refuseOverwriting } from '../refuse-overwriting.js';
import { compareHtml } from '../report/compare-html.js';
import { logOddsText } from '../report/comparison-words.js';
import type { Terminal } from '../terminal.js';
import {
  type ComparedPredictions,
  comparedPredictions,
  type GivenLabels,
} from './compared-predictions.js';
import { picturesOf } from './report/pictures-of.js';
import { leakageBeside } from './score/leakage-beside.js';
import { paired } from './score/predictions-of.js';

export interface CompareOptions {
  /** The folder of an evaluation or of a run, or a CSV file of predictions. */
  readonly first: string;
  readonly second: string;
  /** A labels file that holds in place of the predictions' own labels; null: none. */
  readonly labels: string | null;
  /** Its column of slides; null: none. */
  readonly groupColumn: string | null;
  /** Folder of the patches, for pictures of some; null: none are shown. */
  readonly images: string | null;
  /** Folder for compare.json and compare.html; null: none. */
  readonly out: string | null;
}

/** Where the predictions of a compared model were found. */
export interface ComparedFile {
  readonly path: string;
  readonly file: string;
  /** What its model was trained on of these patches, in words; null: nothing that is known. */
  readonly leakage: string | null;
  /**
   * Null: the file has logits. Else figures are of the log-odds of its probabilities, of which so many
   * were moved away from 0 or 1, and are tied now.
   */
  readonly clipped: number | null;
}

/** Two models on the same patches, and what the figures are of. */
export interface ComparisonReport extends Comparison {
  readonly first: ComparedFile;
  readonly second: ComparedFile;
  readonly labels: string | null;
  /** sha256 over ids and labels in the order of the first. */
  readonly data_digest: string;
  /** The patches with the largest difference of probability. */
  readonly disagreements: readonly Disagreement[];
}

const shownDisagreements = 16;

/**
 * Compares two models by their predictions for the same patches, in whatever order.
 *
 * @throws {UserError} If predictions, labels or a picture cannot be read, patches or labels differ, or
 *   the report cannot be written.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function compare(
  options: CompareOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<ComparisonReport> {
  const files = options.out === null ? null : reportFiles(options.out);
  const outputs = Object.values(files ?? {});
  const labels = await givenLabels(options);
  const one = await comparedPredictions(options.first, labels);
  const other = await comparedPredictions(options.second, labels);
  await refuseOverwriting(outputs, [
    one.file,
    other.file,
    ...(labels === null ? [] : [labels.path]),
  ]);
  for (const { file, clipped } of [one, other]) {
    if (clipped !== null) terminal.note(`Note: "${file}" ${logOddsText(clipped)}`);
  }
  const [first, second] = paired(sideOf(one), sideOf(other));
  const disagreements = largestDisagreements(first, second, shownDisagreements);
  for (const path of outputs) await requireWritable(path);
  const pictures = await picturesOf(disagreements, options.images, interruption);
  const report: ComparisonReport = {
    first: await comparedFile(one),
    second: await comparedFile(other),
    labels: options.labels,
    data_digest: dataDigest(first),
    ...(await comparePredictions(first, second, interruption)),
    disagreements,
  };
  if (files !== null) {
    const rocs = [curvesOf(first).roc, curvesOf(second).roc] as const;
    const page = await compareHtml({ ...report, rocs, pictures });
    interruption.throwIfAborted();
    await writeFileAtomically(files.page, [page]);
    await writeFileAtomically(files.json, [`${JSON.stringify(report, null, 2)}\n`]);
  }
  return report;
}

async function givenLabels({ labels, groupColumn }: CompareOptions): Promise<GivenLabels | null> {
  if (labels === null) return null;
  const rows = await readLabelRows({ labels, groupColumn, limit: null });
  return { path: labels, rows: new Map(rows.map((row) => [row.id, row])) };
}

function sideOf({ path, predictions }: ComparedPredictions) {
  return { name: path, rows: predictions };
}

async function comparedFile({ path, file, clipped }: ComparedPredictions): Promise<ComparedFile> {
  return { path, file, leakage: await leakageBeside(file), clipped };
}

function reportFiles(folder: string) {
  return { json: join(folder, 'compare.json'), page: join(folder, 'compare.html') };
}
