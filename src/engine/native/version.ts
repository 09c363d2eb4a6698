const shape = /^(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?((?:\.post\d+|\.dev\d+|\+).*)?$/;

/** True if the version names a final release: no alpha, beta, candidate or development build. */
export function isFinalVersion(version: string): boolean {
  const match = shape.exec(version);
  return match !== null && match[2] === undefined && !version.includes('.dev');
}

/**
 * Orders versions of the Python kind: numbers by value, candidates before their release.
 *
 * @returns Negative if `a` is older than `b`, positive if newer, 0 if neither.
 * @example compareVersions('2.9.1', '2.21.0') < 0 // true
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  const parts = Math.max(left.numbers.length, right.numbers.length);
  for (let i = 0; i < parts; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.stage - right.stage;
}

const stages: Readonly<Record<string, number>> = { a: 1, b: 2, rc: 3 };

function parse(version: string): { numbers: readonly number[]; stage: number } {
  const match = shape.exec(version);
  if (match === null) return { numbers: [], stage: 0 }; // older than anything that can be read
  const [, release = '', letter, candidate = '0'] = match;
  return {
    numbers: release.split('.').map(Number),
    stage: letter === undefined ? 4e6 : (stages[letter] ?? 0) * 1e6 + Number(candidate),
  };
}
