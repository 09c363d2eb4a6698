import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataDigest, listPatches, readLabelRows, readLabels } from '../../src/data/labels.js';
import { messageOf, UserError } from '../../src/errors.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const images = join(folder, 'images');
mkdirSync(images);
for (const id of ['a', 'b', 'c', 'd', 'two.dots']) writeFileSync(join(images, `${id}.tif`), '');
writeFileSync(join(images, 'e.PNG'), '');
writeFileSync(join(images, 'f.jpeg'), '');
for (const name of ['a.png', '.hidden.tif', 'notes.txt']) writeFileSync(join(images, name), '');

const labels = join(folder, 'train_labels.csv');

function read(content: string | Buffer, options: { groupColumn?: string; limit?: number } = {}) {
  writeFileSync(labels, content);
  return readLabels({
    labels,
    images,
    groupColumn: options.groupColumn ?? null,
    limit: options.limit ?? null,
  });
}

async function faultOf(content: string | Buffer, options?: { groupColumn?: string }) {
  const error: unknown = await read(content, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return messageOf(error);
}

const two = [
  { id: 'b', label: 1, group: null, path: join(images, 'b.tif') },
  { id: 'a', label: 0, group: null, path: join(images, 'a.tif') },
];

describe('readLabels', () => {
  it.each([
    ['in the order of the file', 'id,label\nb,1\na,0\n'],
    ['columns in another order', 'label,id\n1,b\n0,a\n'],
    ['further columns', 'slide,id,x,label\ns1,b,,1\ns2,a,"7,5",0\n'],
    ['a byte order mark', '\uFEFFid,label\nb,1\na,0\n'],
    ['CRLF', 'id,label\r\nb,1\r\na,0\r\n'],
    ['byte order mark, CRLF and quotes', '\uFEFF"id","label"\r\n"b","1"\r\n"a","0"\r\n'],
    ['no line feed at the end', 'id,label\nb,1\na,0'],
    ['empty lines', '\nid,label\n\nb,1\n\n\na,0\n\n'],
    ['spaces around cells', ' id , label\nb, 1\n a ,0 \n'],
  ])('reads %s', async (_, content) => {
    expect(await read(content)).toEqual(two);
  });

  it('finds PNG and JPEG, ids with dots, and prefers .tif', async () => {
    const patches = await read('id,label\na,0\ne,1\nf,0\ntwo.dots,1\n');
    expect(patches.map(({ path }) => path)).toEqual(
      ['a.tif', 'e.PNG', 'f.jpeg', 'two.dots.tif'].map((name) => join(images, name)),
    );
  });

  it('keeps the group column', async () => {
    const patches = await read('slide,id,label\ns1,b,1\ns2,a,0\n', { groupColumn: 'slide' });
    expect(patches.map(({ group }) => group)).toEqual(['s1', 's2']);
  });

  it('takes the first rows with a limit and looks at no other', async () => {
    expect(await read('id,label\nb,1\na,0\nc,7\n', { limit: 2 })).toEqual(two);
  });
});

describe('readLabels refuses', () => {
  const start = `Cannot use labels "${labels}": `;

  it.each([
    [
      'a label 2',
      'a,0\nb,2',
      'row 3: expected label 0 (normal) or 1 (tumour), got "2"; correct it or remove the row',
    ],
    [
      'an empty label',
      'a,0\nb,',
      'row 3: expected label 0 (normal) or 1 (tumour), got ""; correct it or remove the row',
    ],
    [
      'a label 1.0',
      'b,1.0',
      'row 2: expected label 0 (normal) or 1 (tumour), got "1.0"; correct it or remove the row',
    ],
    [
      'a duplicate id',
      'a,0\nb,1\na,0',
      'row 4: expected each id once, got "a" in row 2 already; remove one of the rows',
    ],
    [
      'a row too long',
      'a,0\nb,1,1',
      'row 3: expected 2 cells as in the header, got 3; correct the row or remove it',
    ],
    [
      'a row too short',
      'a\nb,1',
      'row 2: expected 2 cells as in the header, got 1; correct the row or remove it',
    ],
    [
      'an id with a slash',
      '../images/a,0',
      'row 2: expected an id that is a file name, got "../images/a"; leave folders to --images',
    ],
    [
      'an id with a backslash',
      'x\\a,0',
      'row 2: expected an id that is a file name, got "x\\\\a"; leave folders to --images',
    ],
    [
      'an id ..',
      '..,0',
      'row 2: expected an id that is a file name, got ".."; leave folders to --images',
    ],
    [
      'an empty id',
      ',0',
      'row 2: expected an id that is a file name, got ""; leave folders to --images',
    ],
  ])('%s', async (_, rows, fault) => {
    expect(await faultOf(`id,label\n${rows}\n`)).toBe(start + fault);
  });

  it('a patch that is missing', async () => {
    expect(await faultOf('id,label\na,0\nzz,1\n')).toBe(
      `${start}row 3: expected the file "${join(images, 'zz')}" with one of .tif, .tiff, .png, .jpg, .jpeg, got none; add it, remove the row, or name its folder with --images`,
    );
  });

  it('an id with the ending of its file', async () => {
    expect(await faultOf('id,label\na.tif,0\n')).toBe(
      `${start}row 2: expected an id without the file's ending, got "a.tif"; leave ".tif" out of the ids`,
    );
    expect(await faultOf('id,label\nzz.tif,0\n')).toContain(`expected the file "${images}`);
  });

  it.each([
    ['Id,Label\na,0', 'got "Id", "Label"; write "id" in small letters'],
    ['id,LABEL\na,0', 'got "id", "LABEL"; write "label" in small letters'],
    ['id;label\na;0', 'got "id;label"; separate the cells by commas, not by ";"'],
    ['Id\tLabel\na\t0', 'got "Id\\tLabel"; separate the cells by commas, not by "\\t"'],
  ])('the header of %j, naming its fault', async (content, fault) => {
    expect(await faultOf(content)).toContain(fault);
  });

  it('a missing header', async () => {
    expect(await faultOf('a,0\nb,1\n')).toBe(
      `${start}row 1: expected one column "id", got "a", "0"; the first row must be a header such as "id,label"`,
    );
    expect(await faultOf('id,tumour\na,0\n')).toContain(
      'expected one column "label", got "id", "tumour"',
    );
    expect(await faultOf('id,label,id\na,0,b\n')).toContain(
      'expected one column "id", got more than one',
    );
  });

  it('a group column that is missing or empty', async () => {
    expect(await faultOf('id,label\na,0\n', { groupColumn: 'slide' })).toBe(
      `${start}row 1: expected one column "slide", got "id", "label"; name a column of the header with --group-column`,
    );
    expect(await faultOf('id,label,slide\na,0,s\nb,1,\n', { groupColumn: 'slide' })).toBe(
      `${start}row 3: expected a group (for example a slide), got an empty cell; fill it in or remove the row`,
    );
  });

  it.each([
    ['an empty file', ''],
    ['a byte order mark alone', '\uFEFF'],
    ['line feeds alone', '\n\r\n\n'],
  ])('%s', async (_, content) => {
    expect(await faultOf(content)).toBe(
      `${start}expected a header "id,label" and rows, got an empty file; copy it anew`,
    );
  });

  it('a header alone', async () => {
    expect(await faultOf('id,label\n')).toBe(
      `${start}expected rows below the header, got none; add a row a patch`,
    );
  });

  it('a quote that does not end, after the faults before it', async () => {
    const message = await faultOf('id,label\na,7\n"b,1\nc,0\n');
    expect(message).toContain('row 2: expected label');
    expect(message).toMatch(/expected CSV, got ".*Quote.*"; correct the file there/);
  });

  it('a file of one endless line, such as an image', async () => {
    expect(await faultOf(Buffer.alloc(3e6, 'x'))).toMatch(/expected CSV, got ".*record/i);
  });

  it.each([
    ['that climbs out', '../../etc/passwd'],
    ['of another root', '/etc/passwd'],
    ['of another drive', 'C:\\x'],
    ['of markup', '<script>alert(1)</script>'],
    ['of escape codes', '\x1b]0;owned\x07\x1b[2J'],
    ['of two lines', '"a\nb"'],
    ['of 10 kB', 'x'.repeat(10_000)],
    ['that is a key of every object', '__proto__'],
  ])('an id %s, in few words', async (_, id) => {
    const message = await faultOf(`id,label\n${id},0\n`);
    expect(message).toContain('row 2: expected ');
    expect(message.length).toBeLessThan(1000);
  });

  it('all faults of a file in one error', async () => {
    expect(await faultOf('id,label\na,2\n../b,3\na,0\nc,1,1\n')).toBe(
      `${start}expected a file without faults, got 5\n${[
        '  row 2: expected label 0 (normal) or 1 (tumour), got "2"; correct it or remove the row',
        '  row 3: expected an id that is a file name, got "../b"; leave folders to --images',
        '  row 3: expected label 0 (normal) or 1 (tumour), got "3"; correct it or remove the row',
        '  row 4: expected each id once, got "a" in row 2 already; remove one of the rows',
        '  row 5: expected 2 cells as in the header, got 3; correct the row or remove it',
      ].join('\n')}`,
    );
  });

  it('shows at most ten faults', async () => {
    const rows = Array.from({ length: 25 }, (_, row) => `missing${row},1`);
    const lines = (await faultOf(`id,label\n${rows.join('\n')}\n`)).split('\n');
    expect(lines[0]).toBe(`${start}expected a file without faults, got 25`);
    expect(lines).toHaveLength(12);
    expect(lines[10]).toContain('row 11: ');
    expect(lines[11]).toBe('  and 15 more');
  });

  it('a labels file that is missing or a folder', async () => {
    const options = { images, groupColumn: null, limit: null };
    const missing = join(folder, 'none.csv');
    await expect(readLabels({ ...options, labels: missing })).rejects.toThrow(
      new UserError(
        `Cannot read labels "${missing}": expected a CSV file, got nothing at this path: check its spelling`,
      ),
    );
    await expect(readLabels({ ...options, labels: folder })).rejects.toThrow(
      new UserError(
        `Cannot read labels "${folder}": expected a CSV file, got a folder: name a file in it`,
      ),
    );
  });

  it('a folder of patches that is missing or a file', async () => {
    writeFileSync(labels, 'id,label\na,0\n');
    const options = { labels, groupColumn: null, limit: null };
    const missing = join(folder, 'none');
    await expect(readLabels({ ...options, images: missing })).rejects.toThrow(
      `Cannot read patches of "${missing}": expected a folder, got nothing at this path`,
    );
    await expect(readLabels({ ...options, images: labels })).rejects.toThrow(
      `Cannot read patches of "${labels}": expected a folder, got a file`,
    );
  });
});

describe('listPatches', () => {
  it('lists each id once, sorted', async () => {
    const patches = await listPatches(images);
    expect(patches.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'two.dots']);
    expect(patches[0]?.path).toBe(join(images, 'a.tif'));
  });

  it('refuses a folder without patches', async () => {
    await expect(listPatches(folder)).rejects.toThrow(
      `Cannot read patches of "${folder}": expected files that end in .tif, .tiff, .png, .jpg, .jpeg, got none; name the folder that holds the patches themselves`,
    );
  });
});

describe('dataDigest', () => {
  it('is the sha256 of "id,label" lines', () => {
    // printf 'a,0\nb,1\n' | sha256sum
    const digest = dataDigest([
      { id: 'a', label: 0 },
      { id: 'b', label: 1 },
    ]);
    expect(digest).toBe('fe1c66410cb12b5eaa4d784e954ce9ca50d0a27b8a042011d912bd1691131bc8');
  });
});

describe('readLabelRows', () => {
  it('looks for no patch, and takes the slides that are named', async () => {
    writeFileSync(labels, 'id,label,slide\nnowhere,1,s1\na,0,s2\n');
    expect(await readLabelRows({ labels, groupColumn: 'slide', limit: null })).toEqual([
      { id: 'nowhere', label: 1, group: 's1' },
      { id: 'a', label: 0, group: 's2' },
    ]);
  });

  it('refuses the faults of the file as readLabels does', async () => {
    writeFileSync(labels, 'id,label\nx,2\n');
    await expect(readLabelRows({ labels, groupColumn: null, limit: null })).rejects.toThrow(
      'expected label 0 (normal) or 1 (tumour), got "2"',
    );
  });
});
