import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { beforeEach, describe, expect, it } from 'vitest';
import { engineFolder, librariesIn } from '../../src/engine/native/folders.js';
import { UserError } from '../../src/errors.js';
import { useTemporaryCache } from '../engine/install/temporary-cache.js';
import { runHisto } from './run-command.js';

const nativeFolder = process.env['HISTO_TENSORFLOW'];
useTemporaryCache();
const folder = () => engineFolder('2.20.0', 'cpu');

beforeEach(async () => {
  await mkdir(join(folder(), 'tensorflow'), { recursive: true });
  for (const path of Object.values(librariesIn(folder()))) await writeFile(path, Buffer.alloc(500));
  const card = { version: '2.20.0', build: 'cpu', sources: [], installed: '2026-01-01T00:00:00Z' };
  await writeFile(join(folder(), 'engine.json'), JSON.stringify(card).padEnd(200));
});

describe('histo engine list', () => {
  it('tells version, build, size and folder', async () => {
    const { results, notes } = await runHisto('engine', 'list');
    expect(results).toEqual([`TensorFlow 2.20.0 (cpu), 1 kB, in use: ${folder()}`]);
    expect(notes).toEqual([
      expect.stringMatching(
        /^ONNX Runtime [\d.]+ is installed with histo, to score with: --engine onnx$/,
      ),
    ]);
  });

  it('gives the same as JSON', async () => {
    const { results } = await runHisto('engine', 'list', '--json');
    expect(JSON.parse(results.join('\n'))).toEqual([
      { version: '2.20.0', build: 'cpu', folder: folder(), bytes: 1200, inUse: true },
    ]);
  });

  it('says how to get one where there is none', async () => {
    await runHisto('engine', 'remove', '--all');
    const { results } = await runHisto('engine', 'list');
    expect(results).toEqual(['No native engine is installed: run "histo engine install"']);
    expect((await runHisto('engine', 'list', '--json')).results).toEqual(['[]']);
  });
});

describe("histo engine list with a folder of the user's own", () => {
  it('says the version is unknown where its libraries do not open', async () => {
    const own = join(folder(), '..', 'own');
    await cp(join(folder(), 'tensorflow'), join(own, 'tensorflow'), { recursive: true });
    process.env['HISTO_TENSORFLOW'] = own;
    const { results } = await runHisto('engine', 'list');
    expect(results[0]).toBe(`TensorFlow unknown (cpu), 1 kB, in use: ${own}`);
    expect(results).toHaveLength(2);
  });

  it.runIf(nativeFolder !== undefined)('asks the libraries for their version', async () => {
    process.env['HISTO_TENSORFLOW'] = nativeFolder;
    const { results } = await runHisto('engine', 'list');
    expect(results[0]).toMatch(/^TensorFlow \d+\.\d+\.\d+ \(/);
  });
});

describe('histo engine remove', () => {
  it('removes versions', async () => {
    const { results } = await runHisto('engine', 'remove', '2.20.0');
    expect(results).toEqual([`Removed TensorFlow 2.20.0 (cpu) from ${folder()}`]);
  });

  it('refuses versions together with --all', async () => {
    await expect(runHisto('engine', 'remove', '2.20.0', '--all')).rejects.toThrow(
      new UserError(
        'Cannot remove engine "2.20.0": expected versions or --all, got both: leave one of them out',
      ),
    );
    expect((await runHisto('engine', 'list')).results).toHaveLength(1);
  });

  it('refuses one that is not there', async () => {
    await expect(runHisto('engine', 'remove', '1.0')).rejects.toBeInstanceOf(UserError);
  });
});

describe('histo engine install', () => {
  it("has a --version of its own, apart from the program's", async () => {
    const { notes, results } = await runHisto('engine', 'install', '--version', '2.20.0');
    expect(notes).toEqual(['TensorFlow 2.20.0 (cpu) is already installed']);
    expect(results).toEqual([`TensorFlow 2.20.0 (cpu) is installed in ${folder()}`]);
    await expect(runHisto('--version')).rejects.toMatchObject({ code: 'commander.version' });
  });

  it('hands --from and --index-url on', async () => {
    await expect(runHisto('engine', 'install', '--from', '/nope')).rejects.toThrow(
      /^Cannot install from "\/nope": .* got no such file/,
    );
    await expect(runHisto('engine', 'install', '--index-url', 'ftp://x')).rejects.toThrow(
      /^Cannot fetch "ftp:\/\/x\/tensorflow(-cpu)?\/": expected a URL/,
    );
  });

  it('refuses unknown flags', async () => {
    await expect(runHisto('engine', 'install', '--gpu')).rejects.toBeInstanceOf(CommanderError);
  });
});
