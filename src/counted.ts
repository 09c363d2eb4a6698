/**
 * A number with its noun in the right form.
 *
 * @example counted(1, 'patch', 'patches') // '1 patch'
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
