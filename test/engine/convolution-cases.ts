/** A convolution: torch's padding on all four sides. */
export interface ConvolutionCase {
  readonly n: number;
  readonly sizePx: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly filterPx: number;
  readonly stride: number;
  readonly padding: number;
}

/** Every kind of convolution of a ResNet, at the odd and even sizes that patches give. */
export const convolutionCases: readonly ConvolutionCase[] = [
  { n: 2, sizePx: 15, inputs: 3, outputs: 8, filterPx: 7, stride: 2, padding: 3 },
  { n: 2, sizePx: 16, inputs: 3, outputs: 8, filterPx: 7, stride: 2, padding: 3 },
  { n: 3, sizePx: 5, inputs: 4, outputs: 6, filterPx: 3, stride: 1, padding: 1 },
  { n: 3, sizePx: 7, inputs: 4, outputs: 6, filterPx: 3, stride: 2, padding: 1 },
  { n: 3, sizePx: 4, inputs: 4, outputs: 6, filterPx: 3, stride: 2, padding: 1 },
  { n: 2, sizePx: 2, inputs: 5, outputs: 3, filterPx: 3, stride: 1, padding: 1 },
  { n: 3, sizePx: 3, inputs: 4, outputs: 6, filterPx: 3, stride: 1, padding: 1 },
  { n: 3, sizePx: 4, inputs: 4, outputs: 6, filterPx: 3, stride: 1, padding: 1 },
  { n: 3, sizePx: 6, inputs: 4, outputs: 6, filterPx: 3, stride: 1, padding: 1 },
  { n: 3, sizePx: 7, inputs: 4, outputs: 6, filterPx: 3, stride: 1, padding: 1 },
  { n: 2, sizePx: 1, inputs: 5, outputs: 3, filterPx: 3, stride: 1, padding: 1 },
  { n: 2, sizePx: 6, inputs: 4, outputs: 6, filterPx: 3, stride: 1, padding: 0 },
  { n: 2, sizePx: 5, inputs: 4, outputs: 6, filterPx: 1, stride: 1, padding: 0 },
  { n: 2, sizePx: 5, inputs: 4, outputs: 6, filterPx: 1, stride: 2, padding: 0 },
  { n: 2, sizePx: 6, inputs: 4, outputs: 6, filterPx: 1, stride: 2, padding: 0 },
];

export function titleOf(c: ConvolutionCase): string {
  return `${c.filterPx} x ${c.filterPx}, stride ${c.stride}, padding ${c.padding}, on ${c.sizePx} px`;
}
