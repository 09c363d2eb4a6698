import { UserError } from '../errors.js';
import { shortened } from '../quote.js';
import type { Parameter } from './parameters.js';
import type { NamedArray, StateDict } from './state-dict.js';

const listedPerFault = 5;
const longestFault = 160; // characters: names may come from anywhere

/**
 * Holds a set of arrays against the parameters that a model needs and reports all faults together.
 *
 * torchvision's classifier (`fc.…`) and BatchNorm's counters (`….num_batches_tracked`) may be
 * there: they are not read.
 *
 * @param what What is being loaded, for the message, for example `the backbone`.
 * @throws {UserError} Naming missing, surplus and misshapen arrays, five of each.
 */
export function checkState(parameters: readonly Parameter[], state: StateDict, what: string): void {
  const faults = stateFaults(parameters, state);
  if (faults.length === 0) return;
  throw new UserError(
    `Cannot load ${what}: expected the ${parameters.length} arrays of this architecture, got ${faults.join('; ')}; use weights of the same architecture, with torchvision's names`,
  );
}

/**
 * What {@link checkState} finds.
 *
 * @returns As in `2 missing: conv1.weight, bn1.bias`: one text for what is missing, surplus and misshapen.
 */
export function stateFaults(parameters: readonly Parameter[], state: StateDict): string[] {
  const wanted = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const missing = [...wanted.keys()].filter((name) => !state.has(name));
  const surplus = [...state.keys()].filter((name) => !wanted.has(name) && !isExpectedSurplus(name));
  const misshapen = [...wanted.values()].flatMap((parameter) => {
    const array = state.get(parameter.name);
    return array === undefined || hasShape(array, parameter.shape)
      ? []
      : [`${parameter.name} (expected [${parameter.shape.join(', ')}], got ${shapeText(array)})`];
  });
  return [
    listed('missing', missing),
    listed('surplus', surplus),
    listed('misshapen', misshapen),
  ].filter((fault) => fault !== '');
}

function isExpectedSurplus(name: string): boolean {
  return name.startsWith('fc.') || name.endsWith('.num_batches_tracked');
}

function hasShape(array: NamedArray, shape: readonly number[]): boolean {
  const count = shape.reduce((product, size) => product * size, 1);
  return (
    array.data.length === count &&
    array.shape.length === shape.length &&
    array.shape.every((size, axis) => size === shape[axis])
  );
}

function shapeText({ shape, data }: NamedArray): string {
  return `[${shape.join(', ')}] with ${data.length} values`;
}

function listed(fault: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const rest = names.length - listedPerFault;
  const shown = names
    .slice(0, listedPerFault)
    .map((name) => shortened(name, longestFault))
    .join(', ');
  return `${names.length} ${fault}: ${shown}${rest > 0 ? ` and ${rest} more` : ''}`;
}
