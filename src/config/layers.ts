import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { parseJson } from '../parse-json.js';
import { quote, shortened } from '../quote.js';
import { readBounded } from '../read-bounded.js';
import { configSchema } from './schema.js';

/** Values from one source, before they are checked. */
export interface Layer {
  /** By key, unknown ones too. */
  readonly values: ReadonlyMap<string, unknown>;
  /** How a fault names a key of this source, such as `--max-lr` or `"maxLr" in "my.json"`. */
  readonly nameOf: (key: string) => string;
}

const mostBytes = 2 ** 20; // of a config file; histo's own have a thousandth

const pathKeys = ['labels', 'images', 'validLabels', 'validImages', 'exclude', 'tensorboard'];

/** What the name of a weights file ends with; no name of the registry does. */
const weightsFile = /\.(safetensors|gz|pth?|bin|h5|hdf5|keras|json)$/i;

/** The values of a preset. */
export function presetLayer(name: string, content: unknown): Layer {
  const values = new Map(Object.entries(content as Record<string, unknown>));
  values.delete('$schema');
  values.set('preset', name);
  return { values, nameOf: (key) => `${quote(key)} in preset "${name}"` };
}

/**
 * The values of a config file. Relative paths in it start from the file's own folder.
 *
 * @throws {UserError} If the file cannot be read or is not a JSON object.
 */
export async function fileLayer(path: string): Promise<Layer> {
  const values = new Map(Object.entries(await readObject(path)));
  values.delete('$schema');
  const folder = resolve(dirname(path));
  return {
    values: withWholePaths(values, folder),
    nameOf: (key) => `${quote(key)} in "${path}"`,
  };
}

/**
 * The values of the command line: undefined ones were not given, texts of numeric keys are read as
 * numbers. Relative paths start from the current folder.
 */
export function flagLayer(flags: Readonly<Record<string, unknown>>): Layer {
  const values = new Map<string, unknown>();
  for (const [key, value] of Object.entries(flags)) {
    if (value !== undefined) values.set(key, readNumber(key, value));
  }
  return { values: withWholePaths(values, resolve()), nameOf: flagOf };
}

/** The command line's name of a key: `--max-lr` of `maxLr`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function withWholePaths(values: Map<string, unknown>, folder: string): Map<string, unknown> {
  for (const key of pathKeys) {
    const value = values.get(key);
    if (typeof value === 'string' && value !== '') values.set(key, resolve(folder, value));
  }
  const weights = values.get('weights');
  if (typeof weights === 'string') values.set('weights', wholeWeights(weights, folder));
  return values;
}

/** The whole path of a weights file; what names no file stays, as it may be a name of the registry. */
function wholeWeights(weights: string, folder: string): string {
  const path = resolve(folder, weights);
  const isFile = weightsFile.test(weights) || /^\.{0,2}[/\\]/.test(weights) || existsSync(path);
  return isFile && weights !== 'none' && weights !== '' ? path : weights;
}

function readNumber(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !isNumeric(key)) return value;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : value; // 1e400 is not
}

function isNumeric(key: string): boolean {
  if (!Object.hasOwn(configSchema.shape, key)) return false;
  const schema = configSchema.shape[key as keyof typeof configSchema.shape];
  return schema.safeParse(2).success || schema.safeParse(0.5).success;
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  let content: string;
  try {
    content = (await readBounded(path, mostBytes)).toString('utf8');
  } catch (error) {
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new UserError(`Cannot read config "${path}": expected a JSON file, ${fault}`, {
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = parseJson(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UserError(
      `Cannot read config "${path}": expected JSON, got: ${shortened(messageOf(error))}`,
      {
        cause: error,
      },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError(
      `Cannot read config "${path}": expected an object such as {"epochs": 5}, got ${Array.isArray(value) ? 'an array' : quote(value)}`,
    );
  }
  return value as Record<string, unknown>;
}
