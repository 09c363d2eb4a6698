/**
 * Where the centre crop begins along a side: torchvision's `int(round((size - crop) / 2))`, where Python
 * rounds a half to even.
 *
 * @example cropOffset(96, 49) // 24, of 23.5
 */
export function cropOffset(sizePx: number, cropPx: number): number {
  const gap = sizePx - cropPx;
  return gap % 4 === 3 ? (gap + 1) / 2 : Math.floor(gap / 2);
}
