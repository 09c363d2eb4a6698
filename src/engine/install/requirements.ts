import { compareVersions } from '../native/version.js';
import { normalizeProject } from './wheel-name.js';

/** A project and the versions of it that will do. */
export interface Requirement {
  readonly project: string;
  /** As written: `<13.0,>=12.5.3.2`. */
  readonly range: string;
}

/**
 * The projects that a wheel's METADATA asks for under an extra, environment markers aside.
 *
 * @example requirementsOf('Requires-Dist: a-cu12<13.0,>=12.5; extra == "and-cuda"', 'and-cuda')
 * // [{ project: 'a-cu12', range: '<13.0,>=12.5' }]
 */
export function requirementsOf(metadata: string, extra: string): Requirement[] {
  const headers = metadata.split(/\r?\n\r?\n/, 1)[0] ?? '';
  return headers.split(/\r?\n/).flatMap((line) => {
    const match = /^Requires-Dist:\s*([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*([^;]*);(.*)$/.exec(
      line,
    );
    if (match === null) return [];
    const [, name = '', range = '', marker = ''] = match;
    if (/extra\s*==\s*["']([^"']+)["']/.exec(marker)?.[1] !== extra) return [];
    return [{ project: normalizeProject(name), range: range.replace(/[()\s]/g, '') }];
  });
}

/** True if a version lies in a range such as `<13.0,>=12.5.3.2`, `==12.9.*` or the empty one. */
export function satisfies(version: string, range: string): boolean {
  return range
    .split(',')
    .filter((clause) => clause !== '')
    .every((clause) => satisfiesClause(version, clause));
}

function satisfiesClause(version: string, clause: string): boolean {
  const match = /^(===|==|!=|<=|>=|~=|<|>)(.+)$/.exec(clause);
  if (match === null) return false; // a form unknown to us: rather none than the wrong one
  const [, operator = '', bound = ''] = match;
  const isWithin = bound.endsWith('.*') && `${version}.`.startsWith(bound.slice(0, -1));
  const order = compareVersions(version, bound.replace(/\.\*$/, ''));
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '!=':
      return !isWithin && order !== 0;
    case '~=':
      return order >= 0 && `${version}.`.startsWith(bound.replace(/[^.]*$/, ''));
    default:
      return isWithin || order === 0;
  }
}
