import { UserError } from '../../errors.js';
import { compareVersions, isFinalVersion } from '../native/version.js';
import { type Requirement, satisfies } from './requirements.js';
import { suits, type Target } from './target.js';
import { comparePythons, type WheelName } from './wheel-name.js';

/** Any list of wheels will do: an index's, or the files of a folder. */
export interface Candidate {
  readonly name: WheelName;
  readonly isYanked: boolean;
}

/**
 * The wheel of a version that suits the machine. The Python it was built for does not matter,
 * since the C library is the same in all: the oldest is taken, so that it is always the same.
 *
 * @param place Where the candidates come from, for the message.
 * @throws {UserError} If there is none; it names the newest versions there are.
 */
export function chooseTensorflow<T extends Candidate>(
  candidates: readonly T[],
  version: string,
  target: Target,
  place: string,
): T {
  const suitable = candidates.filter(({ name }) => suits(target, name.platforms));
  const [chosen] = suitable
    .filter(({ name }) => name.version === version)
    .sort(
      (a, b) =>
        Number(a.isYanked) - Number(b.isYanked) || comparePythons(a.name.python, b.name.python),
    );
  if (chosen !== undefined) return chosen;
  const versions = [...new Set(suitable.filter((c) => !c.isYanked).map((c) => c.name.version))];
  const newest = versions.filter(isFinalVersion).sort(compareVersions).reverse().slice(0, 5);
  const remedy =
    newest.length > 0
      ? `choose one of the newest there, ${newest.join(', ')}, with --version`
      : 'use "--engine wasm", which needs no install';
  throw new UserError(
    `Cannot install TensorFlow "${version}": expected a wheel for ${describe(target)} in "${place}", got none: ${remedy}`,
  );
}

/**
 * The newest final version of a project that a requirement allows, as pip would choose.
 *
 * @throws {UserError} If there is none.
 */
export function chooseRequired<T extends Candidate>(
  candidates: readonly T[],
  requirement: Requirement,
  target: Target,
  place: string,
): T {
  const [chosen] = candidates
    .filter(({ name, isYanked }) => !isYanked && name.project === requirement.project)
    .filter(({ name }) => isFinalVersion(name.version) && suits(target, name.platforms))
    .filter(({ name }) => satisfies(name.version, requirement.range))
    .sort((a, b) => compareVersions(b.name.version, a.name.version));
  if (chosen !== undefined) return chosen;
  throw new UserError(
    `Cannot install the CUDA build: expected a wheel of ${requirement.project}${requirement.range} for ${describe(target)} in "${place}", got none: add it there, or install without --cuda`,
  );
}

function describe(target: Target): string {
  const glibc = target.glibc === null ? '' : ` (glibc ${target.glibc})`;
  return `${target.platform} ${target.arch}${glibc}`;
}
