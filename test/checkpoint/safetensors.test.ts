import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TensorData } from '../../src/checkpoint/dtypes.js';
import {
  floatTensors,
  readSafetensors,
  writeSafetensors,
} from '../../src/checkpoint/safetensors.js';
import { UserError } from '../../src/errors.js';
import { hasShared, sharedPath } from '../shared-data.js';
import { safetensorsBytes } from './safetensors-bytes.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tensors = new Map<string, { shape: number[]; data: TensorData }>([
  ['bytes', { shape: [3], data: Uint8Array.of(1, 2, 255) }],
  ['b.weight', { shape: [2, 2], data: Float32Array.of(1, -0.5, 3e-45, Number.NaN) }],
  ['a.weight', { shape: [], data: Float32Array.of(7) }],
  ['count', { shape: [1], data: BigInt64Array.of(-5n) }],
  ['empty', { shape: [0, 3], data: new Float32Array(0) }],
  ['double', { shape: [1], data: Float64Array.of(0.1) }],
]);

describe('writeSafetensors', () => {
  it('is read back to the last bit, with its metadata', async () => {
    const path = join(folder, 'all.safetensors');
    await writeSafetensors(path, tensors, { note: 'né "1"', empty: '' });
    const file = await readSafetensors(path);
    expect(Object.fromEntries(file.metadata)).toEqual({ note: 'né "1"', empty: '' });
    expect(file.tensors.size).toBe(tensors.size);
    for (const [name, { shape, data }] of tensors) {
      expect(file.tensors.get(name)).toMatchObject({ shape, data });
    }
  });

  it('lays the file out as the format wants: wide dtypes first, then by name, on 8 bytes', async () => {
    const path = join(folder, 'layout.safetensors');
    await writeSafetensors(path, tensors, {});
    const bytes = await readFile(path);
    const headerBytes = Number(bytes.readBigUInt64LE());
    expect(headerBytes % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as object;
    expect(header).toEqual({
      __metadata__: {},
      count: { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
      double: { dtype: 'F64', shape: [1], data_offsets: [8, 16] },
      'a.weight': { dtype: 'F32', shape: [], data_offsets: [16, 20] },
      'b.weight': { dtype: 'F32', shape: [2, 2], data_offsets: [20, 36] },
      empty: { dtype: 'F32', shape: [0, 3], data_offsets: [36, 36] },
      bytes: { dtype: 'U8', shape: [3], data_offsets: [36, 39] },
    });
    expect(bytes.length).toBe(8 + headerBytes + 39);
    expect(bytes.readFloatLE(8 + headerBytes + 16)).toBe(7);
  });

  it('leaves the older file as it was if it fails, and nothing beside it', async () => {
    const room = join(folder, 'atomic');
    const path = join(room, 'a.safetensors');
    await writeSafetensors(path, tensors, {});
    const before = await readFile(path);
    const misshapen = new Map([['w', { shape: [3], data: new Float32Array(2) }]]);
    await expect(writeSafetensors(path, misshapen, {})).rejects.toThrow(
      new RangeError('Cannot write tensor "w": expected 3 numbers, got 2'),
    );
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(room)).toEqual(['a.safetensors']);
  });
});

describe('readSafetensors', () => {
  it('reads a gzipped file whatever its name', async () => {
    const path = join(folder, 'zipped.bin');
    await writeSafetensors(path, tensors, { a: 'b' });
    const plain = await readSafetensors(path);
    await writeFile(path, gzipSync(await readFile(path)));
    expect(await readSafetensors(path)).toEqual(plain);
  });

  it.skipIf(!hasShared)("reads a file of another project's writer", async () => {
    const { tensors: tiny, metadata } = await readSafetensors(
      sharedPath('golden', 'tiny_v1.safetensors'),
    );
    expect(metadata.get('arch')).toBe(
      'ResNet bottleneck, width 8, blocks 2 1 1 2, stride in conv1 (v1)',
    );
    expect(tiny.get('conv1.weight')).toMatchObject({ dtype: 'F32', shape: [8, 3, 7, 7] });
  });

  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const four = new Uint8Array(4);
  const faulty: [what: string, bytes: Uint8Array, fault: string][] = [
    ['an empty file', new Uint8Array(), 'expected at least 8 bytes, got 0'],
    ['text', Buffer.from('<html>Not Found</html>'), 'expected a header of at most 14 bytes, got '],
    [
      'a header cut short',
      safetensorsBytes({ w: entry }).subarray(0, 20),
      'expected a header of at',
    ],
    ['data cut short', safetensorsBytes({ w: entry }, new Uint8Array(3)), 'the file is cut short'],
    ['data that follow', safetensorsBytes({ w: entry }, new Uint8Array(5)), 'something follows'],
    ['no JSON', safetensorsBytes('{w', four), 'expected a header in JSON, got other text'],
    ['an array', safetensorsBytes([1], four), 'expected a header that is a JSON object'],
    [
      'no object',
      safetensorsBytes({ w: 1 }),
      'tensor "w" to have dtype, shape and two data_offsets',
    ],
    [
      'a negative size',
      safetensorsBytes({ w: { ...entry, shape: [-1] } }, four),
      'tensor "w" to have dtype, shape and two data_offsets',
    ],
    [
      'a size beyond all bounds',
      safetensorsBytes({ w: { ...entry, shape: [2 ** 40, 2 ** 40] } }, four),
      'for tensor "w" (F32 [1099511627776, 1099511627776]), got offsets 0 to 4',
    ],
    [
      'an unknown dtype',
      safetensorsBytes({ w: { ...entry, dtype: 'F8_E5M2' } }, four),
      'expected a dtype such as F32 for tensor "w", got "F8_E5M2"',
    ],
    [
      'a wrong length',
      safetensorsBytes({ w: { ...entry, shape: [2] } }, four),
      'expected 8 bytes for tensor "w" (F32 [2]), got offsets 0 to 4',
    ],
    [
      'an overlap',
      safetensorsBytes({ v: entry, w: { ...entry, data_offsets: [2, 6] } }, new Uint8Array(6)),
      'expected tensor "w" to begin at byte 4, got 2 (an overlap)',
    ],
    [
      'a hole',
      safetensorsBytes({ w: { ...entry, data_offsets: [4, 8] } }, new Uint8Array(8)),
      'expected tensor "w" to begin at byte 0, got 4 (a hole)',
    ],
    [
      'metadata that are no texts',
      safetensorsBytes({ __metadata__: { epoch: 3 } }),
      'expected metadata "epoch" to be a string, got number',
    ],
  ];
  it.each(faulty)('refuses %s', async (_, bytes, fault) => {
    const path = join(folder, 'faulty.safetensors');
    await writeFile(path, bytes);
    const reading = readSafetensors(path);
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(`Cannot read "${path}": `);
    await expect(reading).rejects.toThrow(fault);
    await expect(reading).rejects.toThrow('it is damaged or no safetensors file; download or save');
  });

  const nested = `{"w":${'['.repeat(1e5)}`;
  it.each([
    [
      'is nested without end',
      safetensorsBytes(nested),
      'expected a header in JSON, got other text',
    ],
    ['has a name without end', safetensorsBytes({ ['x'.repeat(1e6)]: 1 }), `"${'x'.repeat(60)}…"`],
    [
      'has axes without end',
      safetensorsBytes({ w: { ...entry, shape: Array(1e5).fill(7) } }, four),
      '7, 7, …])',
    ],
    ['claims 2 GB', Buffer.from('0000008000000000', 'hex'), 'got 2147483648'],
    ['claims 2^64 bytes', Buffer.alloc(16, 255), 'got 18446744073709551615'],
    ['is a map of its own prototype', safetensorsBytes({ ['__proto__']: entry }, four), ''],
  ])('is not led astray by a header that %s', async (_, bytes, fault) => {
    const path = join(folder, 'hostile.safetensors');
    await writeFile(path, bytes);
    const message = await readSafetensors(path).then(
      ({ tensors: read }) => String([...read.keys()]),
      (error: Error) => error.message,
    );
    expect(message).toContain(fault || '__proto__');
    expect(message.length).toBeLessThan(1000);
  });

  it('refuses a header of 2 GB that is there, without reading it', async () => {
    const path = join(folder, 'long.safetensors');
    await writeFile(path, Buffer.from('0000008000000000', 'hex'));
    await truncate(path, 2 ** 31 + 100); // a hole, which takes no disk
    await expect(readSafetensors(path)).rejects.toThrow(
      'got more than 1.07 GB: name a smaller file',
    );
  });

  it('refuses a gzip file that unpacks without end', async () => {
    const path = join(folder, 'bomb.gz');
    const member = gzipSync(Buffer.alloc(2 ** 26)); // 65 kB; members follow one another
    await writeFile(path, Buffer.concat(Array(9).fill(member)));
    await expect(readSafetensors(path)).rejects.toThrow(
      new UserError(
        `Cannot unzip "${path}": expected at most 537 MB, got more: if they are weights all the same, unzip them yourself`,
      ),
    );
  });

  it.each([
    [
      'PyTorch',
      'PK\x03\x04',
      'if it comes from torch.save, convert it with "histo weights convert"',
    ],
    ['ONNX', '\x08\x08\x12\x05histo', 'name the checkpoint that it was exported from'],
  ])('says what to do with a file of %s', async (_, start, remedy) => {
    const path = join(folder, 'model');
    await writeFile(path, Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(100, 1)]));
    await expect(readSafetensors(path)).rejects.toThrow(remedy);
  });

  it('refuses a gzip file that is cut short', async () => {
    const path = join(folder, 'cut.gz');
    await writeSafetensors(path, tensors, {});
    await writeFile(path, gzipSync(await readFile(path)).subarray(0, -12));
    const reading = readSafetensors(path);
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(
      `Cannot unzip "${path}": expected a whole gzip file, got`,
    );
  });

  it('refuses what is not there, and a folder', async () => {
    await expect(readSafetensors(join(folder, 'none'))).rejects.toThrow(
      new UserError(
        `Cannot read "${join(folder, 'none')}": expected a safetensors file, got nothing at this path: check its spelling`,
      ),
    );
    await expect(readSafetensors(folder)).rejects.toThrow('got a folder: name a file in it');
  });
});

describe('floatTensors', () => {
  it('leaves counters out and narrows doubles', async () => {
    const path = join(folder, 'floats.safetensors');
    await writeSafetensors(path, tensors, {});
    const floats = floatTensors(await readSafetensors(path));
    expect([...floats.keys()].sort()).toEqual(['a.weight', 'b.weight', 'double', 'empty']);
    expect(floats.get('double')?.data).toEqual(Float32Array.of(0.1));
  });
});
