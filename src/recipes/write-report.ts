import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.js';
import { chartPng } from '../report/charts/chart-png.js';
import { reportCharts } from '../report/charts/report-charts.js';
import type { ReportContents } from '../report/report-contents.js';
import { reportHtml } from '../report/report-html.js';

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
 * Writes `report.html` and, if wished, its plots as `roc.png` and so on.
 *
 * @throws {UserError} If the disk is full or the folder may not be written to.
 */
export async function writeReport(
  folder: string,
  contents: ReportContents,
  { png }: { readonly png: boolean },
): Promise<void> {
  await writeFileAtomically(evaluationFiles(folder).report, [await reportHtml(contents)]);
  if (!png) return;
  for (const [name, chart] of Object.entries(await reportCharts(contents))) {
    if (chart === null) continue;
    await writeFileAtomically(join(folder, `${name}.png`), [await chartPng(chart)]);
  }
}
