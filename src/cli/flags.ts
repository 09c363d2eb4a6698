import { InvalidArgumentError, Option } from 'commander';

/** `--engine`, with `auto` as its default. */
export function engineFlag(): Option {
  return new Option('--engine <name>', 'auto: native where it is installed, else wasm')
    .choices(['auto', 'native', 'wasm'])
    .default('auto');
}

/** Reads a flag's whole number of at least 1; commander adds the flag's name to the error. */
export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a whole number of at least 1, got "${text}"`);
}
