import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Network } from '../../../src/download/network.js';
import { fetchWheels, parseHtmlPage } from '../../../src/engine/install/package-index.js';
import { UserError } from '../../../src/errors.js';

const file = 'tensorflow_cpu-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl';
const place = { kind: 'index', url: 'https://x.example/simple' } as const;

function wheelsOf(page: unknown) {
  const body = Readable.from([Buffer.from(JSON.stringify(page))]);
  const headers = { 'content-type': 'application/vnd.pypi.simple.v1+json' };
  const network: Network = {
    get: async (url) => ({ status: 200, headers, body, url }),
    close: async () => {},
  };
  return fetchWheels(network, place, 'tensorflow-cpu');
}

describe('fetchWheels', () => {
  it.each(['../../../../evil/', 'AB', 'g'.repeat(64)])(
    'takes no hash such as %s',
    async (sha256) => {
      const wheels = wheelsOf({ files: [{ filename: file, url: file, hashes: { sha256 } }] });
      await expect(wheels).rejects.toThrow(UserError);
      await expect(wheels).rejects.toThrow('got JSON of another kind');
    },
  );

  it('passes over names that are no file of a folder', async () => {
    const hashes = { sha256: 'AB'.repeat(32) };
    const names = [
      file,
      `../${file}`,
      file.replace('cp313', '../cp313'),
      file.replace('2.21.0', '../x'),
    ];
    const files = names.map((filename) => ({ filename, url: 'x', hashes }));
    expect((await wheelsOf({ files })).map((wheel) => [wheel.file, wheel.sha256])).toEqual([
      [file, 'ab'.repeat(32)],
    ]);
  });
});

describe('parseHtmlPage', () => {
  it('reads a hash among other parts of the fragment', () => {
    const sha256 = 'ab'.repeat(32);
    const [only] = parseHtmlPage(`<a href="x.whl#egg=x&amp;sha256=${sha256}">x.whl</a>`);
    expect(only).toMatchObject({ file: 'x.whl', sha256 });
  });

  // a backtracking pattern takes minutes for each of these
  it.each([
    ['beginnings', '<a '.repeat(1e6)],
    ['fragments', `<a href="${'#'.repeat(1e6)}">x</a>`],
    ['quotes', `<a ${"href='".repeat(1e6)}>x</a>`],
    ['spaces', `<a href${' '.repeat(1e6)}>x</a>`],
  ])('comes to an end with a million %s', (_, text) => {
    expect(parseHtmlPage(text).length).toBeLessThan(2);
  });
});
