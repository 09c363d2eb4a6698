import { InvalidArgumentError, Option } from 'commander';

/** `--engine`, with `auto` as its default. */
export function engineFlag(): Option {
  return new Option('--engine <name>', 'auto: native where it is installed, else wasm')
    .choices(['auto', 'native', 'wasm'])
    .default('auto');
}

/** `--engine` of what only scores, with `auto` as its default. */
export function scoringEngineFlag(): Option {
  return new Option(
    '--engine <name>',
    'auto: native where it is installed, else ONNX Runtime where npm has installed that, else wasm',
  )
    .choices(['auto', 'native', 'onnx', 'wasm'])
    .default('auto');
}

/** `--precision` of what only scores, with `float32` as its default. */
export function precisionFlag(): Option {
  return new Option('--precision <type>', 'what large products are computed in')
    .choices(['auto', 'float32', 'bfloat16', 'float16'])
    .default('float32');
}

/** `--ensemble`; what is not a flag behind it belongs to it. */
export function ensembleFlag(): Option {
  return new Option(
    '--ensemble <checkpoints...>',
    'further checkpoints, run folders or .onnx files: the mean of all logits counts',
  ).default([], 'none');
}

/** `--on-bad-patch`, with `fail` as its default. */
export function onBadPatchFlag(): Option {
  return new Option(
    '--on-bad-patch <choice>',
    'about a patch that cannot be used: skip: it is left out and listed, unless they are more than 1 %',
  )
    .choices(['fail', 'skip'])
    .default('fail');
}

/** `--tta`, off by default. */
export function ttaFlag(): Option {
  return new Option(
    '--tta <name>',
    'd4: the mean over eight flips and quarter turns, in eight times the time',
  ).choices(['d4']);
}

/** Reads a flag's whole number of at least 1; commander adds the flag's name to the error. */
export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a whole number of at least 1, got "${text}"`);
}

/** Reads a flag's number above 0 and up to 1. */
export function shareOfOne(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share > 0 && share <= 1) return share;
  throw new InvalidArgumentError(`Expected a number above 0 and up to 1, got "${text}"`);
}
