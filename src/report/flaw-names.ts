import type { FlawKind } from '../check/examine-patch.js';

/** What flaws are called, in the order in which they are told. */
export const flawNames: Readonly<Record<FlawKind, string>> = {
  unreadable: 'unreadable',
  blank: 'blank',
  saturated: 'saturated',
  out_of_focus: 'out of focus',
  odd_size: 'other size',
  converted: 'converted',
};

export const flawKinds = Object.keys(flawNames) as readonly FlawKind[];
