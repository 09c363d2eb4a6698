import type {
  ComparedFigure,
  Comparison,
  FigureDifference,
} from '../evaluate/compare-predictions.js';
import type { Interval } from '../evaluate/interval.js';
import { differenceText } from './comparison-words.js';
import { comparedFigures, figureGlossary, figureText } from './figure-glossary.js';
import { type Html, html } from './html.js';
import { intervalMark, minus, rangeText } from './interval-mark.js';

/** Every figure of two models, a row each: both values, the difference and how sure it is. */
export function differencesTable(caption: string, figures: Comparison['figures']): Html {
  const reach = reachOf(figures);
  return html`<div class="scroll"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">figure</th><th scope="col">A</th><th scope="col">B</th><th scope="col">A − B</th><th scope="col">95&nbsp;% interval</th><th scope="col" class="wide"><span class="ends"><span>−${reach}</span><span>0</span><span>+${reach}</span></span></th></tr></thead>
<tbody>${comparedFigures.map((name) => differenceRow(name, figures[name], reach))}</tbody>
</table></div>`;
}

function differenceRow(name: ComparedFigure, figure: FigureDifference, reach: number): Html {
  const { title, isShare } = figureGlossary[name];
  const { first, second, difference, interval } = figure;
  const mark = isShare && difference !== null ? differenceMark(difference, interval, reach) : null;
  return html`<tr>
<th scope="row">${title}</th>
<td>${minus(figureText(first))}</td>
<td>${minus(figureText(second))}</td>
<td><strong>${minus(differenceText(difference))}</strong></td>
<td class="range">${interval === null ? '–' : html`${rangeText(interval)}<small>${interval.method}</small>`}</td>
<td class="wide">${mark}</td>
</tr>`;
}

/** A difference and its interval as a mark on the line from -reach to reach. */
export function differenceMark(difference: number, interval: Interval | null, reach: number): Html {
  const at = (value: number) => (value / reach + 1) / 2;
  const ends = interval && { low: at(interval.low), high: at(interval.high) };
  return intervalMark(at(difference), ends);
}

/** A round number that no difference of a share, nor an end of its interval, goes beyond. */
export function reachOf(figures: Comparison['figures']): number {
  const ends = comparedFigures
    .filter((name) => figureGlossary[name].isShare)
    .flatMap((name) => [
      figures[name].difference,
      figures[name].interval?.low,
      figures[name].interval?.high,
    ]);
  const largest = Math.max(0.001, ...ends.map((end) => Math.abs(end ?? 0)));
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= largest) ?? 10;
  return Number((step * power).toPrecision(1));
}
