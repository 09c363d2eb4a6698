import { describe, expect, it } from 'vitest';
import { trainCommand } from '../../src/cli/train.js';
import { readPreset } from '../../src/config/presets.js';
import { configSchema } from '../../src/config/schema.js';
import { createTestTerminal } from '../test-terminal.js';

const command = trainCommand(createTestTerminal(), new AbortController().signal);
const help = command.configureHelp({ helpWidth: 1000 }).helpInformation();
const lineOf = (flag: string) => help.split('\n').find((line) => line.startsWith(`  ${flag} `));

describe('histo train --help', () => {
  it('shows how to switch off what the presets have on', () => {
    for (const name of ['shuffle', 'horizontal-flip', 'vertical-flip']) {
      expect(lineOf(`--no-${name}`), name).toBeDefined();
      expect(lineOf(`--${name}`), name).toBeUndefined();
    }
  });

  it('shows the values of the default preset', () => {
    const { batchSize, maxLr, split } = readPreset('default') as Record<string, unknown>;
    expect(lineOf('--batch-size')).toContain(`(default: ${batchSize})`);
    expect(lineOf('--max-lr')).toContain(`(default: ${maxLr})`);
    expect(lineOf('--split')).toContain(`(default: ${split})`);
    expect(lineOf('--limit')).not.toContain('default');
  });

  it.each(['split', 'channels', 'arch', 'engine'] as const)('lists the choices of %s', (key) => {
    expect(lineOf(`--${key}`)).toContain(`<${configSchema.shape[key].options.join('|')}>`);
  });

  it('speaks of flags, not of keys of a config file', () => {
    expect(help).not.toMatch(/\bnull\b|[a-z][A-Z]\w* (\/|=)|\bmaxLr|DivFactor/);
  });
});

it('both forms of a switch are still taken', () => {
  expect(command.parseOptions(['--shuffle', '--no-vertical-flip']).unknown).toEqual([]);
  expect(command.opts()).toMatchObject({ shuffle: true, verticalFlip: false });
  expect(command.opts()['horizontalFlip']).toBeUndefined();
});
