/** A count as prose has it: `220,025`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}
