import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../src/errors.js';
import { refuseOverwriting } from '../src/refuse-overwriting.js';
import { temporaryFolder } from './data/temporary-folder.js';

const folder = temporaryFolder();
const labels = join(folder, 'labels.csv');
beforeAll(async () => {
  await writeFile(labels, 'id,label\n');
  await writeFile(join(folder, 'other.csv'), '');
  await symlink(labels, join(folder, 'link.csv'));
  await mkdir(join(folder, 'sub'));
  await symlink(folder, join(folder, 'sub', 'back'));
});

describe('refuseOverwriting', () => {
  it.each([
    ['itself', labels],
    ['by another spelling', join(folder, 'sub', '..', 'labels.csv')],
    ['from the working folder', relative(process.cwd(), labels)],
    ['by a link', join(folder, 'link.csv')],
    ['through a linked folder', join(folder, 'sub', 'back', 'labels.csv')],
  ])('refuses a file that is read, %s', async (_, output) => {
    const refused = refuseOverwriting([join(folder, 'new.csv'), output], ['nowhere.csv', labels]);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      `Cannot write "${output}": expected a file that nothing is read from, got "${labels}", which is read; choose another path`,
    );
  });

  it('lets pass what is new, or there and not read', async () => {
    const outputs = [join(folder, 'new.csv'), join(folder, 'other.csv'), labels];
    await refuseOverwriting(outputs.slice(0, 2), [labels, join(folder, 'new.csv')]);
    await refuseOverwriting(outputs, []);
  });
});
