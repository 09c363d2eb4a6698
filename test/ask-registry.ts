import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Null if npm can install, else why it cannot. */
export async function askRegistry(): Promise<string | null> {
  try {
    const command = ['view', 'commander', 'version', '--prefer-offline'];
    await promisify(execFile)('npm', command, { timeout: 60_000 });
    return null;
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error).split('\n')[0] ?? 'no answer';
  }
}
