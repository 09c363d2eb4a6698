import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFault, writeFileAtomically } from '../../atomic-file.js';
import { chartPng } from '../../report/charts/chart-png.js';
import { chartNames, reportCharts } from '../../report/charts/report-charts.js';
import type { ReportContents } from '../../report/report-contents.js';
import { reportHtml } from '../../report/report-html.js';

/** The files of an evaluation in a folder, beside the plots. */
export function evaluationFiles(folder: string) {
  return {
    predictions: join(folder, 'predictions.csv'),
    metrics: join(folder, 'metrics.json'),
    report: join(folder, 'report.html'),
  };
}

/** Writes figures as `metrics.json`; see configs/metrics.schema.json. */
export async function writeMetrics(folder: string, metrics: object): Promise<void> {
  const { metrics: path } = evaluationFiles(folder);
  await writeFileAtomically(path, [`${JSON.stringify(metrics, null, 2)}\n`]);
}

/**
 * Writes `report.html` alone.
 *
 * @throws {UserError} As `writeReport`.
 */
export async function writePage(folder: string, contents: ReportContents): Promise<void> {
  await writeFileAtomically(evaluationFiles(folder).report, [await reportHtml(contents)]);
}

/**
 * Writes `report.html` and, if wished, its plots as `roc.png` and so on. Plots of an earlier report that
 * are not written anew are removed, as they would show other figures.
 *
 * @throws {UserError} If the disk is full or the folder may not be written to.
 */
export async function writeReport(
  folder: string,
  contents: ReportContents,
  { png }: { readonly png: boolean },
): Promise<void> {
  await writePage(folder, contents);
  const charts = png ? await reportCharts(contents) : null;
  for (const name of chartNames) {
    const path = join(folder, `${name}.png`);
    const chart = charts?.[name] ?? null;
    if (chart === null) await removeFile(path);
    else await writeFileAtomically(path, [await chartPng(chart)]);
  }
}

/** Removes a file if there is one. */
async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw writeFault(path, error);
  });
}
