import type { DataFindings, SetFindings } from '../../src/check/data-findings.js';
import { flawKinds } from '../../src/check/examine-patch.js';
import type { FoundPatch, SetName } from '../../src/check/found-patch.js';
import type { PictureOf } from '../../src/report/shown-patch.js';
import { readFixture } from '../check/fixture-pixels.js';
import { hostileId } from './report-contents.js';

const found = (set: SetName, id: string, label: 0 | 1): FoundPatch => ({
  ...{ set, id, label },
  group: 'slide',
  path: id,
});

function setOf(name: SetName, patches: number, tumour: number): SetFindings {
  const flaws = Object.fromEntries(flawKinds.map((kind) => [kind, 0])) as SetFindings['flaws'];
  const files = { labels: `data/${name}.csv`, images: `data/${name}` };
  const counts = { patches, tumour, normal: patches - tumour, slides: 7, copies: 0 };
  return { name, ...files, ...counts, flaws };
}

/** A leak with other labels in a group of three, a copy, a slide in both sets, 26 blank patches. */
export const findings: DataFindings = {
  sets: [setOf('train', 1200, 300), setOf('valid', 400, 100)],
  twin_groups: 2,
  leaks: 1,
  label_conflicts: 1,
  blank_by_pixels: 25,
  twins: [
    {
      is_leak: true,
      is_label_conflict: true,
      sets: ['train', 'valid'],
      patches: [found('train', 'a', 0), found('train', 'b', 0), found('valid', hostileId, 1)],
      pairs: [
        { first: 0, second: 1, kind: 'exact', turn: 'none', distance: 0 },
        { first: 0, second: 2, kind: 'near', turn: 'rotate-90', distance: 0.5249 },
      ],
    },
    {
      is_leak: false,
      is_label_conflict: false,
      sets: ['train'],
      patches: [found('train', 'c', 1), found('train', 'd', 1)],
      pairs: [{ first: 0, second: 1, kind: 'exact', turn: 'none', distance: 0 }],
    },
  ],
  shared_slides: [{ slide: `slide ${hostileId}`, patches: { train: 5, valid: 1234 } }],
  flaws: [
    ...Array.from({ length: 26 }, (_, at) => ({
      patch: found('train', `blank ${at}`, 0),
      kind: 'blank' as const,
      detail: '0.0 % coloured',
    })),
    { patch: found('valid', 'broken', 1), kind: 'unreadable', detail: 'no image' },
  ],
};

/** Gives patches of the fixture in turn; "broken" cannot be read. */
export async function fixturePictures(): Promise<PictureOf> {
  const patches = await readFixture();
  let next = 0;
  return async ({ id }) => {
    const patch = patches[next++ % patches.length];
    if (id === 'broken' || patch === undefined) return null;
    return { ...patch, id, crop: null, heat: null };
  };
}
