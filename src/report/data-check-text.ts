import type { DataFindings, FlawFinding, SetFindings } from '../check/data-findings.js';
import type { FlawKind } from '../check/examine-patch.js';
import type { FoundPatch } from '../check/found-patch.js';
import type { TwinFinding } from '../check/twin-finding.js';
import { counted } from '../counted.js';
import { dataCheckVerdict } from './data-check-verdict.js';
import { flawKinds, flawNames } from './flaw-names.js';

const shownExamples = 10;

/** Findings as an aligned table and the worst examples, for people; the JSON has all of them. */
export function dataCheckText(findings: DataFindings): string {
  const { twins, shared_slides: slides } = findings;
  const leaks = twins.filter((group) => group.is_leak);
  const conflicts = twins.filter((group) => group.is_label_conflict);
  const copies = twins.filter((group) => !group.is_leak && !group.is_label_conflict);
  return [
    ...setsTable(findings.sets),
    '',
    dataCheckVerdict(findings),
    ...blankLine(findings),
    ...examples('in several sets', leaks, twinLine),
    ...examples('with both labels', conflicts, twinLine),
    ...examples('copies in a set', copies, twinLine),
    ...examples('slides in several sets', slides, ({ slide, patches }) => {
      const counts = Object.entries(patches).map(([set, count]) => `${count} in ${set}`);
      return `${slide}: ${counts.join(', ')}`;
    }),
    ...flawKinds.flatMap((kind) => flawExamples(kind, findings.flaws)),
  ].join('\n');
}

function setsTable(sets: readonly SetFindings[]): string[] {
  const rows: [name: string, cellOf: (set: SetFindings) => number | string][] = [
    ['', ({ name }) => name],
    ['patches', ({ patches }) => patches],
    ['tumour', ({ tumour, patches }) => `${tumour} (${((100 * tumour) / patches).toFixed(1)} %)`],
    ['normal', ({ normal, patches }) => `${normal} (${((100 * normal) / patches).toFixed(1)} %)`],
    ['slides', ({ slides }) => slides ?? 'not known'],
    ['copies', ({ copies }) => copies],
    ...flawKinds.map((kind): [string, (set: SetFindings) => number] => [
      flawNames[kind],
      ({ flaws }) => flaws[kind],
    ]),
  ];
  return rows.map(([name, cellOf]) =>
    [name.padEnd(14), ...sets.map((set) => String(cellOf(set)).padStart(18))].join(''),
  );
}

/** How blank patches were looked at, which near twins are not sought of; nothing where there are none. */
function blankLine({ sets, blank_by_pixels: byPixels }: DataFindings): string[] {
  const blank = sets.reduce((sum, { flaws }) => sum + flaws.blank, 0);
  if (blank === 0) return [];
  const rest = byPixels === blank ? '' : '; those of one colour not at all';
  return [
    `${byPixels} of ${counted(blank, 'blank patch', 'blank patches')} compared by exact pixels only${rest}`,
  ];
}

function examples<T>(title: string, all: readonly T[], lineOf: (one: T) => string): string[] {
  if (all.length === 0) return [];
  const more = all.length - shownExamples;
  const lines = all.slice(0, shownExamples).map((one) => `  ${lineOf(one)}`);
  return ['', `${title}:`, ...lines, ...(more > 0 ? [`  and ${more} more, see --json`] : [])];
}

function flawExamples(kind: FlawKind, flaws: readonly FlawFinding[]): string[] {
  const ofKind = flaws.filter((flaw) => flaw.kind === kind);
  return examples(
    flawNames[kind],
    ofKind,
    ({ patch, detail }) => `${patch.set} ${patch.id}: ${detail}`,
  );
}

/** A group of twins: its first patch and how the others show the same. */
function twinLine({ patches, pairs }: TwinFinding): string {
  const shown = pairs.slice(0, 3).map(({ first, second, kind, turn, distance }) => {
    const [one, other] = [patches[first] as FoundPatch, patches[second] as FoundPatch];
    const turned = turn === 'none' ? '' : `, ${turn}`;
    const how =
      kind === 'exact' ? 'the same pixels' : `${distance.toFixed(2)} levels apart${turned}`;
    return `${nameOf(one)} and ${nameOf(other)} (${how})`;
  });
  const more = pairs.length - shown.length;
  return shown.join('; ') + (more > 0 ? ` and ${more} more` : '');
}

function nameOf({ set, id, label }: FoundPatch): string {
  return `${set} ${id} [${label}]`;
}
