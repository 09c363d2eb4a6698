import { UserError } from '../errors.js';
import { firstLines } from '../first-lines.js';
import { quote } from '../quote.js';
import { fileLayer, flagLayer } from './layers.js';
import type { ConfigSources } from './resolve.js';
import { type Config, configSchema } from './schema.js';

/**
 * What a run does not depend on: where the data lies, as it may have moved since (that it is the same
 * is held by its digest), that a leak was allowed when it began, whether patches are kept, how often it
 * saves, what it does about a loss that is not finite or a patch that goes bad, and where its course can
 * be watched.
 */
const free: ReadonlySet<string> = new Set([
  'labels',
  'images',
  'validLabels',
  'validImages',
  'exclude',
  'allowLeakage',
  'onBadPatch',
  'cache',
  'checkpointEvery',
  'onNonfinite',
  'tensorboard',
]);

/** What `auto` decided when the run began. */
const decidedOnce: ReadonlySet<string> = new Set(['precision', 'batchSize']);

/**
 * The configuration of a run that is to go on: the saved one. What is given beside it must agree,
 * but for what a run does not depend on.
 *
 * @param saved As the run's config.json has it.
 * @param path Of that file, for errors.
 * @throws {UserError} If the saved one is not of this version, or naming every setting that differs.
 */
export async function resumedConfig(
  saved: unknown,
  path: string,
  sources: ConfigSources,
): Promise<Config> {
  const parsed = configSchema.safeParse(saved);
  if (!parsed.success) {
    const keys = parsed.error.issues.map(
      ({ path: [key], message }) => `"${String(key)}": ${message}`,
    );
    throw new UserError(
      `Cannot resume with "${path}": expected the settings of this version of histo, got others (${keys.join('; ')}); resume with the version that the file names`,
    );
  }
  const config = parsed.data;
  const layers = [flagLayer(sources.flags)];
  if (sources.configFile !== null) layers.push(await fileLayer(sources.configFile));
  if (sources.preset !== null) layers.push(flagLayer({ preset: sources.preset }));
  const decided: Readonly<Record<string, unknown>> = config;
  const changed = new Map<string, unknown>();
  for (const { values } of layers.toReversed()) {
    for (const [key, value] of values) if (free.has(key)) changed.set(key, value);
  }
  const differences = layers.flatMap(({ values, nameOf }) =>
    [...values]
      .filter(([key, value]) => value !== decided[key] && !free.has(key))
      .filter(([key, value]) => !(decidedOnce.has(key) && value === 'auto'))
      .map(
        ([key, value]) => `${nameOf(key)}: expected ${quote(decided[key])}, got ${quote(value)}`,
      ),
  );
  if (differences.length === 0) return { ...config, ...Object.fromEntries(changed) };
  throw new UserError(
    `Cannot resume with other settings than those of "${path}"; leave them out, or start a new run${firstLines(differences)}`,
  );
}
