import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../src/download/download.js';
import type { KnownDigest } from '../../src/download/file-digest.js';
import { type Network, openNetwork } from '../../src/download/network.js';
import {
  type FakeIndex,
  type FakeIndexOptions,
  sendFile,
  sendPart,
  startFakeIndex,
} from '../engine/install/fake-index.js';
import { sha256 } from '../engine/install/fake-wheel.js';
import { filesBelow, useTemporaryCache } from '../engine/install/temporary-cache.js';
import { createTestTerminal } from '../test-terminal.js';
import { testRemedies as remedies } from './test-remedies.js';

const cache = useTemporaryCache();
const file = 'a.whl';
const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * i) % 251));
const name = 'saved.whl';
let network: Network;
let index: FakeIndex | null = null;
let folder = '';

beforeEach(async () => {
  network = await openNetwork({ proxy: null, certificates: null }, remedies);
  folder = join(cache.folder, 'downloads');
  await mkdir(folder);
});
afterEach(async () => {
  await network.close();
  await index?.close();
});

async function fetch(
  serve: FakeIndexOptions['serve'],
  sizeBytes: number | null = bytes.length,
  known: KnownDigest = { algorithm: 'sha256', digest: sha256(bytes) },
) {
  index = await startFakeIndex({ wheels: { [file]: bytes }, ...(serve && { serve }) });
  const url = index.url.replace('/simple', `/files/${file}`);
  const wanted = { file, url, sizeBytes, savedAs: name, ...known };
  const terminal = createTestTerminal();
  const options = { network, folder, terminal, purpose: 'install', remedies, retryDelayMs: 1 };
  return download(wanted, options);
}

const ranges = () => index?.requests.map((request) => request.split(' ')[2] ?? 'all');

describe('download', () => {
  it('gives the path of the verified file', async () => {
    expect(await fetch(sendFile)).toBe(join(folder, name));
    expect(await filesBelow(folder)).toEqual([name]);
  });

  it('does without the size where the index does not tell it', async () => {
    expect(await fetch(sendFile, null)).toBe(join(folder, name));
  });

  it('goes on from what an earlier try has left', async () => {
    await writeFile(join(folder, `${name}.part`), bytes.subarray(0, 4000));
    await fetch(sendFile);
    expect(ranges()).toEqual(['bytes=4000-']);
    expect(await filesBelow(folder)).toEqual([name]);
  });

  it('starts again when what is left turns out to be something else', async () => {
    await writeFile(join(folder, `${name}.part`), Buffer.alloc(4000, 7));
    await fetch(sendFile);
    expect(ranges()).toEqual(['bytes=4000-', 'all']);
  });

  it('copes with a server that knows no ranges', async () => {
    await writeFile(join(folder, `${name}.part`), bytes.subarray(0, 4000));
    await fetch((_, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    expect(await filesBelow(folder)).toEqual([name]);
  });

  it('starts again when the file on the server is another one by now', async () => {
    let calls = 0;
    await fetch((request, response, whole) => {
      calls++;
      if (calls > 1) return sendFile(request, response, whole);
      response.writeHead(200, { etag: '"old"', 'content-length': whole.length });
      response.write(Buffer.alloc(300, 9), () => setTimeout(() => response.destroy(), 20));
    });
    expect(ranges()).toEqual(['all', 'bytes=300-']); // with If-Range: the answer is the whole file
    expect(await filesBelow(folder)).toEqual([name]);
  });

  it('goes on where the connection was cut, as often as it gets further', async () => {
    await fetch((request, response, whole) => sendPart(request, response, whole, 1250));
    const cuts = Array.from({ length: 8 }, (_, i) => (i === 0 ? 'all' : `bytes=${i * 1250}-`));
    expect(ranges()).toEqual(cuts);
  });

  it('gives up after five tries without one more byte, and keeps what there is', async () => {
    let sent = 0;
    const attempt = fetch((request, response, whole) => {
      sendPart(request, response, whole, sent === 0 ? 1250 : 0);
      sent = 1250;
    });
    await expect(attempt).rejects.toThrow(/^Cannot (reach|download) "http.*go online$/);
    expect(index?.requests.length).toBeGreaterThanOrEqual(5);
    expect(await filesBelow(folder)).toEqual([`${name}.part`]);
  });

  it('repeats what the server cannot do just now', async () => {
    let calls = 0;
    await fetch((request, response, whole) => {
      calls++;
      if (calls < 3) response.writeHead(503).end();
      else sendFile(request, response, whole);
    });
    expect(index?.requests).toHaveLength(3);
  });

  it('tells a refusal at once', async () => {
    const attempt = fetch((_, response) => void response.writeHead(403).end());
    await expect(attempt).rejects.toThrow(
      /^Cannot download "http.*": expected 10 kB, got status 403: go online$/,
    );
    expect(index?.requests).toHaveLength(1);
    expect(await filesBelow(folder)).toEqual([]);
  });

  it('stops at a file that is larger than it should be', async () => {
    const attempt = fetch((_, response) => void response.writeHead(200).end(Buffer.alloc(50_000)));
    await expect(attempt).rejects.toThrow(/expected 10 kB, got \d+ kB: ask elsewhere$/);
  });

  it('discards a file with a wrong hash', async () => {
    const attempt = fetch((_, response) => void response.end(Buffer.alloc(10_000)));
    await expect(attempt).rejects.toThrow(
      /^Cannot install "a\.whl": expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}: try again, or ask elsewhere$/,
    );
    expect(await filesBelow(folder)).toEqual([]);
  });

  it('takes the beginning of a digest, as torch.hub does, and MD5', async () => {
    const digest = sha256(bytes).slice(0, 8);
    expect(await fetch(sendFile, null, { algorithm: 'sha256', digest })).toBe(join(folder, name));
    await index?.close();
    const md5 = createHash('md5').update(bytes).digest('hex');
    expect(await fetch(sendFile, null, { algorithm: 'md5', digest: md5 })).toBe(join(folder, name));
    expect(index?.requests).toEqual([]); // it is there already
  });

  it('tells a digest that does not begin so', async () => {
    const attempt = fetch(sendFile, null, { algorithm: 'sha256', digest: '00000000' });
    await expect(attempt).rejects.toThrow(
      /expected SHA-256 00000000…, got [0-9a-f]{64}: try again/,
    );
  });
});
