import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/atomic-file.js';
import { InterruptedError, UserError } from '../../src/errors.js';
import { pullWeights } from '../../src/weights/pull-weights.js';
import { type RegisteredWeights, registeredWeights } from '../../src/weights/registry.js';
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

const cache = useTemporaryCache();
const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * i) % 241));
const weights: RegisteredWeights = {
  ...registeredWeights('torchvision/resnet50.imagenet1k_v1'),
  sizeBytes: bytes.length,
  digest: sha256(bytes),
};
const file = 'resnet50-0676ba61.pth';
const path = () => join(cache.folder, 'weights', file);
let server: FakeIndex | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function pull(
  serve: FakeIndexOptions['serve'],
  more: {
    readonly weights?: Partial<RegisteredWeights>;
    readonly otherWay?: string;
    readonly signal?: AbortSignal;
    readonly terminal?: ReturnType<typeof createTestTerminal>;
  } = {},
): Promise<string> {
  server ??= await startFakeIndex({ wheels: { [file]: bytes }, ...(serve && { serve }) });
  return pullWeights(
    { ...weights, ...more.weights },
    {
      settings: { proxy: null, certificates: null },
      mirror: server.url.replace('/simple', '/files/'),
      otherWay: more.otherWay ?? null,
      terminal: more.terminal ?? createTestTerminal(),
      retryDelayMs: 1,
      signal: more.signal ?? new AbortController().signal,
    },
  );
}

const left = () => filesBelow(cache.folder);

describe('pullWeights', () => {
  it('puts the verified file into the cache', async () => {
    expect(await pull(sendFile)).toBe(path());
    expect(await readFile(path())).toEqual(bytes);
    expect(await left()).toEqual([`weights/${file}`]);
    expect(server?.requests).toEqual([`GET /files/${file}`]);
  });

  it('says that it is there already, and fetches nothing', async () => {
    await pull(sendFile);
    const terminal = createTestTerminal();
    expect(await pull(sendFile, { terminal })).toBe(path());
    expect(terminal.notes).toEqual([`${weights.name} is there already, and verified`]);
    expect(server?.requests).toHaveLength(1);
  });

  it('takes a file that was put there by hand', async () => {
    await makeFolder(join(cache.folder, 'weights'));
    await writeFile(path(), bytes);
    expect(await pull(sendFile)).toBe(path());
    expect(server?.requests).toEqual([]);
  });

  it('says that another file is in its place, and replaces it', async () => {
    await makeFolder(join(cache.folder, 'weights'));
    await writeFile(path(), 'other');
    const terminal = createTestTerminal();
    await pull(sendFile, { terminal });
    expect(terminal.notes[0]).toContain(
      `is not ${weights.name}: expected SHA-256 ${weights.digest}, got ${sha256(Buffer.from('other'))}; fetching it anew`,
    );
    expect(await readFile(path())).toEqual(bytes);
  });

  it('lets two pulls at once be', async () => {
    const both = await Promise.all([pull(sendFile), pull(sendFile), pull(sendFile)]);
    expect(new Set(both)).toEqual(new Set([path()]));
    expect(await readFile(path())).toEqual(bytes);
    expect(await left()).toEqual([`weights/${file}`]);
  });

  it('goes on where the connection was cut', async () => {
    await pull((request, response, whole) => sendPart(request, response, whole, 4000));
    expect(server?.requests.map((request) => request.split(' ')[2])).toEqual([
      undefined,
      'bytes=4000-',
      'bytes=8000-',
    ]);
    expect(await readFile(path())).toEqual(bytes);
  });

  it('copes with cuts and a server that knows no ranges', async () => {
    let calls = 0;
    await pull((_, response, whole) => {
      calls++;
      response.writeHead(200, { 'content-length': whole.length });
      if (calls > 2) response.end(whole);
      else response.write(whole.subarray(0, 3000), () => setTimeout(() => response.destroy(), 20));
    });
    expect(await readFile(path())).toEqual(bytes);
  });

  it('keeps what has come for the next pull', async () => {
    let isUp = false;
    const serve: FakeIndexOptions['serve'] = (request, response, whole) => {
      if (isUp) sendFile(request, response, whole);
      else if (request.headers.range === undefined) sendPart(request, response, whole, 4000);
      else response.destroy();
    };
    await expect(pull(serve)).rejects.toThrow(UserError);
    expect(await left()).toEqual([`weights/${file}.part`]);
    isUp = true;
    await pull(serve);
    expect(server?.requests.at(-1)).toBe(`GET /files/${file} bytes=4000-`);
    expect(await left()).toEqual([`weights/${file}`]);
  });

  it('follows a redirect to another server', async () => {
    const other = await startFakeIndex({ wheels: { [file]: bytes } });
    try {
      await pull((_, response) => {
        response.writeHead(302, { location: other.url.replace('/simple', `/cdn/${file}`) }).end();
      });
    } finally {
      await other.close();
    }
    expect(other.requests).toEqual([`GET /cdn/${file}`]);
    expect(await readFile(path())).toEqual(bytes);
  });

  it('does without a known size and with the beginning of a digest', async () => {
    const known = { sizeBytes: null, digest: weights.digest.slice(0, 8) };
    expect(await pull(sendFile, { weights: known })).toBe(path());
  });
});

describe('pullWeights from a server that is not as it should be', () => {
  it.each([
    [404, 'status 404'],
    [403, 'status 403'],
    [503, 'status 503'],
  ])('tells a status of %i, where the file may be put, and the other way', async (status, got) => {
    server = await startFakeIndex({
      wheels: { [file]: bytes },
      serve: (_, response) => void response.writeHead(status).end(),
    });
    const url = server.url.replace('/simple', `/files/${file}`);
    const otherWay = 'start from random ones with "--weights none"';
    await expect(pull(sendFile, { otherWay })).rejects.toThrow(
      new UserError(
        `Cannot download "${url}": expected 10 kB, got ${got}: check the network and the proxy (HTTPS_PROXY), name a mirror in HISTO_WEIGHTS_MIRROR, put https://download.pytorch.org/models/${file} at "${path()}" by hand, or start from random ones with "--weights none"`,
      ),
    );
    expect(await left()).toEqual([]);
  });

  it('repeats what it cannot do just now', async () => {
    let calls = 0;
    await pull((request, response, whole) => {
      calls++;
      if (calls < 3) response.writeHead(503).end();
      else sendFile(request, response, whole);
    });
    expect(calls).toBe(3);
  });

  it.each([
    ['says', { 'content-length': 20_000 }],
    ['sends', {}],
  ])('refuses a file that it %s to be larger', async (_, headers) => {
    const attempt = pull(
      (_request, response) => void response.writeHead(200, headers).end(Buffer.alloc(20_000)),
    );
    await expect(attempt).rejects.toThrow(/: expected 10 kB, got (1\d|20) kB: name another mirror/);
  });

  it('refuses a file that always ends early', async () => {
    const attempt = pull((_, response, whole) => {
      response.writeHead(200, { 'content-length': 6000 }).end(whole.subarray(0, 6000));
    });
    await expect(attempt).rejects.toThrow(/: expected 10 kB, got an end after 6 kB: check the/);
  });

  it('takes the whole file of a server that says it is shorter, in pieces', async () => {
    await pull((request, response, whole) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const piece = whole.subarray(start, start + 4000);
      const range = `bytes ${start}-${whole.length - 1}/${whole.length}`;
      const headers = { 'content-length': piece.length, 'content-range': range };
      response.writeHead(start === 0 ? 200 : 206, headers).end(piece);
    });
    expect(await readFile(path())).toEqual(bytes);
  });

  it.each([10_000, null])('refuses other bytes, and keeps none (size %s)', async (sizeBytes) => {
    const attempt = pull((_, response) => void response.end(Buffer.alloc(10_000)), {
      weights: { sizeBytes },
    });
    await expect(attempt).rejects.toThrow(
      `Cannot pull "${file}": expected SHA-256 ${weights.digest}, got 95b532cc4381affdff0d956e12520a04129ed49d37e154228368fe5621f0b9a2: try again, or name another mirror`, // of 10,000 zeros
    );
    expect(await left()).toEqual([]);
  });

  it('never follows a redirect out of the network', async () => {
    const attempt = pull((_, response) => {
      response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    });
    await expect(attempt).rejects.toThrow(
      /got a redirect to "file:\/\/\/etc\/passwd": name another/,
    );
  });

  it('tells a server that is not there', async () => {
    server = await startFakeIndex({ wheels: {} });
    await server.close();
    await expect(pull(sendFile)).rejects.toThrow(
      /^Cannot reach "http:\/\/127.*ECONNREFUSED.*: check the network .* by hand$/,
    );
  });

  it('stops when it is interrupted, and keeps what has come', async () => {
    const controller = new AbortController();
    const reason = new InterruptedError('SIGINT', 'Stopped by SIGINT');
    const attempt = pull(
      (_, response, whole) => {
        response.writeHead(200, { 'content-length': whole.length });
        response.write(whole.subarray(0, 4000), () =>
          setTimeout(() => controller.abort(reason), 50),
        );
      },
      { signal: controller.signal },
    );
    await expect(attempt).rejects.toBe(reason);
    expect(await left()).toEqual([`weights/${file}.part`]);
  });

  it('tells a folder that cannot be written to', async () => {
    await writeFile(join(cache.folder, 'weights'), 'a file');
    await expect(pull(sendFile)).rejects.toThrow(UserError);
  });
});
