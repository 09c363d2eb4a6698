import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ballast = 'ballast';

/** Makes a folder that is a file system of its own in memory, of so many bytes. */
export function mountSmallDisk(folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true });
  mount(['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
}

/** Shows a folder at another place too. */
export function bindFolder(folder: string, place: string): void {
  mount(['--bind', folder, place]);
}

/** Takes a file system away from its folder, even while files of it are open. */
export function unmount(folder: string): void {
  spawnSync('umount', ['-l', folder]);
}

/** Fills the small disk but for so many bytes. */
export function fillDisk(folder: string, leftBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const bytes = Buffer.alloc(Math.max(0, bavail * bsize - leftBytes));
  try {
    writeFileSync(join(folder, ballast), bytes);
  } catch {} // the run took some of it meanwhile: so much the fuller
}

/** Frees what `fillDisk` took. */
export function freeDisk(folder: string): void {
  rmSync(join(folder, ballast), { force: true });
}

function mount(parameters: readonly string[]): void {
  const { status, stderr, error } = spawnSync('mount', parameters, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`mount ${parameters.join(' ')}: ${stderr}`);
}

/** Whether this process may mount; tests of full disks are skipped where it may not. */
export const canMount: boolean = (() => {
  const folder = join(tmpdir(), `histo-mount-${process.pid}`);
  try {
    mountSmallDisk(folder, 1 << 20);
    unmount(folder);
    return true;
  } catch {
    process.stderr.write('Tests of full disks are SKIPPED, since this user may not mount any\n');
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();
