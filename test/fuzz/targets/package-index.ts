import { basename, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Network } from '../../../src/download/network.js';
import { fetchWheels } from '../../../src/engine/install/package-index.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

const file = 'tensorflow_cpu-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl';
const sha256 = 'ab'.repeat(32);

export const target: FuzzTarget = {
  seeds: () => [
    JSON.stringify({
      files: [
        {
          filename: file,
          url: `https://x.example/${file}`,
          hashes: { sha256 },
          size: 9,
          yanked: false,
        },
      ],
    }),
    `<a href="../${file}#sha256=${sha256}" data-yanked="">${file}</a>`,
    `<html><a class=x href='https://x.example/${file}'>${file}</a><a href="&lt;">y</a></html>`,
  ],
  tokens: [
    '<a ',
    'href=',
    '"',
    "'",
    '</a>',
    '>',
    '&quot;',
    '#sha256=',
    '../',
    '%2e%2e',
    '{',
    '[',
    ']',
    '}',
    '"filename":',
    '"hashes":',
    'null',
    '\x1b[',
    'file:///',
    '://',
    '-',
    '.whl',
  ],
  run: async (input, folder) => {
    for (const type of ['application/json', 'text/html']) {
      const network: Network = {
        get: async (url) => ({
          status: 200,
          headers: { 'content-type': type },
          body: Readable.from([input]),
          url,
        }),
        close: async () => {},
      };
      const place = { kind: 'index', url: 'https://x.example/simple' } as const;
      for (const wheel of await fetchWheels(network, place, 'tensorflow-cpu').catch(
        passJson(type),
      )) {
        const path = join(folder, `${wheel.sha256?.slice(0, 16)}-${wheel.file}`);
        expectThat(path === resolve(folder, basename(path)), 'a name in the folder of downloads');
        expectThat(/^[\w.!+-]+$/.test(wheel.file), 'a name of plain signs');
      }
    }
  },
};

/** The same bytes are read as HTML too, whatever they are as JSON. */
function passJson(type: string) {
  return (error: unknown): [] => {
    if (type.includes('json') && error instanceof Error && error.name === 'UserError') return [];
    throw error;
  };
}
