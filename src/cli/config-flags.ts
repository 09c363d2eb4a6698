import { type Command, Option } from 'commander';
import { flagOf } from '../config/layers.js';
import { defaultPreset, readPreset } from '../config/presets.js';
import {
  architectureNames,
  type Config,
  type ConfigKey,
  configKeys,
  configSchema,
} from '../config/schema.js';

type BooleanKey = { [Key in ConfigKey]: Config[Key] extends boolean ? Key : never }[ConfigKey];

/** How the help names the value of a flag; switches have none, `--preset` is not one of these. */
const placeholders: Readonly<Record<Exclude<ConfigKey, BooleanKey | 'preset'>, string>> = {
  labels: 'file',
  images: 'folder',
  validLabels: 'file',
  validImages: 'folder',
  split: 'stratified|rows|grouped',
  validFraction: 'share',
  groupColumn: 'name',
  limit: 'n',
  folds: 'n',
  fold: 'n',
  exclude: 'file',
  onBadPatch: 'fail|skip',
  channels: 'rgb|bgr',
  crop: 'px',
  rotationDegrees: 'degrees',
  cache: 'auto|ram|disk|off',
  arch: architectureNames.join('|'),
  weights: 'name|file|none',
  stride: 'v1|v1.5',
  dropout: 'share',
  hiddenUnits: 'n',
  epochs: 'n',
  batchSize: 'n|auto',
  maxLr: 'rate',
  divFactor: 'number',
  finalDivFactor: 'number',
  warmup: 'share',
  baseMomentum: 'number',
  maxMomentum: 'number',
  seed: 'n',
  precision: 'auto|float32|bfloat16|float16',
  engine: 'auto|native|wasm',
  onNonfinite: 'stop|skip n...',
  checkpointEvery: '500steps|10min',
  tensorboard: 'folder',
};

/** What `--no-shuffle` and the like do: the presets have these on, so the help shows this form. */
const whenOff: Readonly<Partial<Record<BooleanKey, string>>> = {
  shuffle: 'Keep the order of the labels file in every epoch',
  horizontalFlip: 'Do not mirror left and right',
  verticalFlip: 'Do not mirror top and bottom',
};

/**
 * A flag for every key of the configuration. What is not given is undefined: the defaults that the
 * help shows are those of the default preset, which a config file or another preset may change.
 */
export function addConfigFlags(command: Command): Command {
  const defaults = readPreset(defaultPreset) as Readonly<Record<string, unknown>>;
  for (const key of configKeys) {
    if (key === 'preset') continue;
    const description = configSchema.shape[key].description ?? '';
    if (isSwitch(key)) {
      const [on, off] = [flagOf(key), flagOf(key).replace('--', '--no-')];
      const isOn = whenOff[key] !== undefined;
      command.addOption(new Option(on, description).hideHelp(isOn));
      command.addOption(new Option(off, whenOff[key] ?? '').hideHelp(!isOn));
      continue;
    }
    const value = defaults[key] ?? null;
    const end = value === null ? '' : ` (default: ${value})`;
    command.option(`${flagOf(key)} <${placeholders[key]}>`, description + end);
  }
  return command;
}

function isSwitch(key: ConfigKey): key is BooleanKey {
  return configSchema.shape[key].def.type === 'boolean';
}

/** The values that were given, by key; what was given in several words, as in `skip 10`, as one text. */
export function configFlagsIn(
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const oneValue = (value: unknown) => (Array.isArray(value) ? value.join(' ') : value);
  return Object.fromEntries(configKeys.map((key) => [key, oneValue(options[key])]));
}
