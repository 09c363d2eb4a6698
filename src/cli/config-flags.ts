import { type Command, Option } from 'commander';
import { flagOf } from '../config/layers.js';
import { type Config, type ConfigKey, configKeys, configSchema } from '../config/schema.js';

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
  channels: 'rgb|bgr',
  crop: 'px',
  rotationDegrees: 'degrees',
  backbone: 'name',
  weights: 'file|none',
  stride: 'v1|v1.5',
  dropout: 'share',
  hiddenUnits: 'n',
  epochs: 'n',
  batchSize: 'n',
  maxLr: 'rate',
  divFactor: 'number',
  finalDivFactor: 'number',
  warmup: 'share',
  baseMomentum: 'number',
  maxMomentum: 'number',
  seed: 'n',
  engine: 'auto|native|wasm',
};

/** A flag for every key of the configuration. None has a default: what is not given is undefined. */
export function addConfigFlags(command: Command): Command {
  for (const key of configKeys) {
    if (key === 'preset') continue;
    const description = configSchema.shape[key].description ?? '';
    if (Object.hasOwn(placeholders, key)) {
      const placeholder = placeholders[key as keyof typeof placeholders];
      command.option(`${flagOf(key)} <${placeholder}>`, description);
    } else {
      command.option(flagOf(key), description);
      command.addOption(new Option(flagOf(key).replace('--', '--no-')).hideHelp());
    }
  }
  return command;
}

/** The values that were given, by key. */
export function configFlagsIn(
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(configKeys.map((key) => [key, options[key]]));
}
