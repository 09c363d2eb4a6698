import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../data/temporary-folder.js';
import { runHisto } from '../run-histo.js';

const folder = temporaryFolder();
const ids = [
  '../../climbed',
  '/tmp/histo-climbed',
  'con',
  '__proto__',
  '<script>alert(1)</script>',
  '\x1b]0;owned\x07\x1b[2J\x9b2J\u202e',
  '"two\nlines"',
  '=cmd|calc',
  'x'.repeat(10_000),
];
// what a terminal acts upon
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const control = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]/;

function predictions(name: string, sign: number): string {
  const rows = ids.map((id, at) => {
    const margin = (at - 4) * sign + 0.5;
    return `${id},${at % 2},${1 / (1 + Math.exp(-margin))},0,${margin},${id}`;
  });
  const path = join(folder, name);
  writeFileSync(path, ['id,label,probability,logit_0,logit_1,group', ...rows, ''].join('\n'));
  return path;
}

describe('ids and slides that are hostile', () => {
  it('reach neither the terminal nor a page as more than text, and no path', async () => {
    const out = join(folder, 'deep', 'out');
    mkdirSync(join(folder, 'deep'));
    const files = [predictions('<img onerror=x>.csv', 1), predictions('b.csv', -1)];
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await runHisto(['compare', ...files, '--out', out, ...json]);
      expect(stderr).not.toMatch(control);
      expect(stdout).not.toMatch(control);
      expect(code).toBe(0);
    }
    expect(readdirSync(folder).sort()).toEqual(['<img onerror=x>.csv', 'b.csv', 'deep']);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['out']);
    expect(readdirSync(out).sort()).toEqual(['compare.html', 'compare.json']);
    const page = readFileSync(join(out, 'compare.html'), 'utf8');
    expect(page).toContain('&lt;img onerror=x&gt;.csv');
    expect(page).not.toMatch(/<script|<img onerror/);
  });

  it('are told in errors without control characters', async () => {
    const labels = join(folder, 'labels.csv');
    writeFileSync(labels, `id,label\n${ids.map((id) => `${id},1`).join('\n')}\n`);
    const { code, stderr } = await runHisto([
      'data',
      'check',
      '--labels',
      labels,
      '--images',
      folder,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('\\u001b]0;owned');
    expect(stderr).not.toMatch(control);
  });

  it('are harmless on the command line too', async () => {
    const { code, stderr } = await runHisto(['tr\x1b[2Jain']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'tr\\u001b[2Jain'");
  });
});
