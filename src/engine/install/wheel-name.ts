/** What the file name of a Python wheel tells. */
export interface WheelName {
  /** Normalised: `tensorflow-cpu`. */
  readonly project: string;
  readonly version: string;
  /** `cp313`, or `py3` where any will do. */
  readonly python: string;
  /** `manylinux_2_27_x86_64`, `macosx_12_0_arm64`, `any`, … */
  readonly platforms: readonly string[];
}

const longestName = 200; // characters: less than any file system allows

/**
 * A name from an index becomes that of a file: nothing but a wheel's own signs is let through.
 *
 * @returns Null if the name is not a wheel's.
 * @see https://packaging.python.org/en/latest/specifications/binary-distribution-format/
 */
export function parseWheelName(fileName: string): WheelName | null {
  const match = /^([\w.]+)-([\w.!+]+)(?:-\d[\w.]*)?-([\w.]+)-[\w.]+-([\w.]+)\.whl$/.exec(fileName);
  if (match === null || fileName.length > longestName) return null;
  const [, project = '', version = '', python = '', platforms = ''] = match;
  return { project: normalizeProject(project), version, python, platforms: platforms.split('.') };
}

/** A project's name as the index spells it (PEP 503). */
export function normalizeProject(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Orders `cp39` before `cp310`, so that the choice between equal wheels is always the same one. */
export function comparePythons(a: string, b: string): number {
  const number = (tag: string) => Number(/\d(\d*)/.exec(tag)?.[1] || 0);
  return number(a) - number(b) || (a < b ? -1 : Number(a > b));
}
