import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/*
 * Files and folders in the making carry their owner's host and process in their name. So two
 * processes never write the same one, and what a dead one left behind is known as such.
 */

const abandonedAfterMs = 24 * 3600 * 1000; // for an owner on another host, which cannot be asked

/** A new name that belongs to this process: `prefix.HOST-PID-RANDOM`. */
export function ownedName(prefix: string): string {
  return `${prefix}.${hostTag()}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** The owned names in a folder whose owner is dead, or has been silent for a day on another host. */
export async function listAbandoned(folder: string, prefix: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const abandoned: string[] = [];
  for (const name of names) {
    const owner = name.startsWith(`${prefix}.`) ? ownerOf(name) : null;
    if (owner !== null && (await isDead(owner, join(folder, name)))) abandoned.push(name);
  }
  return abandoned;
}

interface Owner {
  readonly host: string;
  readonly pid: number;
}

function ownerOf(name: string): Owner | null {
  const match = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}$/.exec(name);
  return match === null ? null : { host: match[1] ?? '', pid: Number(match[2]) };
}

async function isDead(owner: Owner, path: string): Promise<boolean> {
  if (owner.host === hostTag()) return !isRunning(owner.pid);
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > abandonedAfterMs;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, but alive
  }
}

function hostTag(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}
