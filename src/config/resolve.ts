import { counted } from '../counted.js';
import { UserError } from '../errors.js';
import { firstLines } from '../first-lines.js';
import { nearestKey } from '../nearest-key.js';
import { quote } from '../quote.js';
import { fileLayer, flagLayer, flagOf, type Layer, presetLayer } from './layers.js';
import { defaultPreset, readPreset } from './presets.js';
import { type Config, configKeys, configSchema, conflictsIn } from './schema.js';

/** Where a configuration comes from; later sources win: preset, config file, flags. */
export interface ConfigSources {
  /** Name of a preset; null: the one that the config file names, or the default. */
  readonly preset: string | null;
  /** Path of a JSON file; its relative paths start from its own folder. */
  readonly configFile: string | null;
  /** By config key; undefined = not given. Relative paths start from the current folder. */
  readonly flags: Readonly<Record<string, unknown>>;
}

const mostSuggestions = 100; // each takes a look at every key

const remedies: Readonly<Record<string, string>> = {
  labels: 'give --labels FILE',
  images: 'give --images FOLDER',
};

/**
 * Makes one configuration of flags, config file and preset, in that order of precedence. Nothing is
 * left optional, unknown keys are refused, and all faults are told together.
 *
 * @throws {UserError} Naming each faulty key, its source, what was expected and the remedy.
 * @example
 * await resolveConfig({ preset: 'quick', configFile: null,
 *   flags: { labels: 'train_labels.csv', images: 'train', weights: 'none', seed: 1 } })
 */
export async function resolveConfig(sources: ConfigSources): Promise<Config> {
  const file = sources.configFile === null ? null : await fileLayer(sources.configFile);
  const preset = sources.preset ?? presetOf(file) ?? defaultPreset;
  const layers = [
    flagLayer({ ...sources.flags, preset: undefined }),
    ...(file === null ? [] : [file]),
    presetLayer(preset, readPreset(preset)),
  ];
  const values = merge(layers);
  const faults = unknownKeysIn(layers);
  const parsed = configSchema.safeParse({ ...values, preset });
  for (const { path, message } of parsed.error?.issues ?? []) {
    faults.push(describeFault(layers, String(path[0]), message));
  }
  if (parsed.success) {
    for (const { key, expected, remedy } of conflictsIn(parsed.data)) {
      faults.push(describeFault(layers, key, expected, remedy));
    }
    if (faults.length === 0) return parsed.data;
  }
  throw new UserError(
    `Cannot use the configuration: ${counted(faults.length, 'fault')}${firstLines(faults)}`,
  );
}

function presetOf(file: Layer | null): string | null {
  const name = file?.values.get('preset');
  if (name === undefined) return null;
  if (typeof name === 'string') return name;
  throw new UserError(
    `Cannot use the configuration: ${file?.nameOf('preset')}: expected the name of a preset, got ${quote(name)}`,
  );
}

/** The known keys of all layers; the first layer that has a key decides it. */
function merge(layers: readonly Layer[]): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const key of configKeys) {
    const layer = layers.find((candidate) => candidate.values.has(key));
    if (layer !== undefined) values.set(key, layer.values.get(key));
  }
  return Object.fromEntries(values);
}

function unknownKeysIn(layers: readonly Layer[]): string[] {
  const faults: string[] = [];
  for (const layer of layers) {
    for (const key of layer.values.keys()) {
      if (configKeys.some((known) => known === key)) continue;
      const near = faults.length < mostSuggestions ? nearestKey(key, configKeys) : null;
      const remedy =
        near === null ? `known are ${configKeys.join(', ')}` : `did you mean "${near}"?`;
      faults.push(`${layer.nameOf(key)}: expected a known key; ${remedy}`);
    }
  }
  return faults;
}

function describeFault(
  layers: readonly Layer[],
  key: string,
  expected: string,
  remedy = remedies[key],
): string {
  const layer = layers.find((candidate) => candidate.values.has(key));
  const value = layer?.values.get(key) ?? null;
  if (layer === undefined || (value === null && remedy !== undefined)) {
    return `${flagOf(key)}: expected ${expected}, got nothing: ${remedy ?? `give ${flagOf(key)}`}`;
  }
  const fault = `${layer.nameOf(key)}: expected ${expected}, got ${quote(value)}`;
  return remedy === undefined ? fault : `${fault}: ${remedy}`;
}
