import { type Patience, retryTransient } from '../retry-transient.js';
import type { PatchReader } from './read-patch.js';

/** A reader that tries again for two minutes where the file system does not answer, and says so once. */
export function retryingReader(read: PatchReader, { signal, onNotice }: Patience): PatchReader {
  let waiting = 0; // many patches are read at once
  return async (path, ...rest) => {
    let isWaiting = false;
    const note = (notice: string) => {
      isWaiting = true;
      if (waiting++ === 0) onNotice(notice);
    };
    try {
      return await retryTransient(() => read(path, ...rest), { signal, onNotice: note });
    } finally {
      if (isWaiting) waiting--;
    }
  };
}
