import { UserError } from '../errors.js';
import { type Gate, parseGates } from '../evaluate/gates.js';

/** Where a figure can be; of those that are not named in [0, 1]. */
const ranges: Readonly<Partial<Record<Gate['metric'], readonly [low: number, high: number]>>> = {
  loss: [0, Number.POSITIVE_INFINITY],
  log_loss: [0, Number.POSITIVE_INFINITY],
  mcc: [-1, 1],
};

const flags = { figure: '--fail-under', 'worse end': '--fail-under-lower' } as const;

/**
 * Reads `--fail-under` or `--fail-under-lower`, which may be given several times: adds the gates of one
 * more to those of the flags before it.
 *
 * @throws {UserError} If one is no gate, or no figure can be where it is set.
 */
export function moreGates(compared: Gate['compared']) {
  return (text: string, earlier: readonly Gate[] = []): readonly Gate[] => {
    const gates = parseGates(text, compared);
    gates.forEach(refuseOutOfRange);
    return [...earlier, ...gates];
  };
}

function refuseOutOfRange({ metric, compared, threshold }: Gate): void {
  const [low, high] = ranges[metric] ?? [0, 1];
  if (threshold >= low && threshold <= high) return;
  const range = high === Number.POSITIVE_INFINITY ? `of at least ${low}` : `from ${low} to ${high}`;
  const remedy = low === 0 && high === 1 ? 'write 95 % as 0.95' : 'set one that can be met';
  throw new UserError(
    `Cannot use gate "${metric}=${threshold}" of ${flags[compared]}: expected a number ${range}, where ${metric} can be, got ${threshold}; ${remedy}`,
  );
}
