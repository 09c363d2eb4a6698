import { expect, it, vi } from 'vitest';
import type { PatchReader } from '../../src/data/read-patch.js';
import { retryingReader } from '../../src/data/retrying-reader.js';

const patch = { pixels: new Uint8Array(3), widthPx: 1, heightPx: 1, notice: null };

it('reads again what a mount that was away did not give, with one note for many patches', async () => {
  vi.useFakeTimers();
  let isAway = true;
  const read = vi.fn<PatchReader>(async () => {
    if (isAway) throw Object.assign(new Error('ENOTCONN: not connected'), { code: 'ENOTCONN' });
    return patch;
  });
  const notes: string[] = [];
  const { signal } = new AbortController();
  const patient = retryingReader(read, { signal, onNotice: (notice) => notes.push(notice) });
  const room = new Uint8Array(3);
  const patches = Promise.all(['a', 'b', 'c'].map((path) => patient(path, signal, room)));
  await vi.advanceTimersByTimeAsync(500);
  isAway = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(await patches).toEqual([patch, patch, patch]);
  expect(read).toHaveBeenLastCalledWith('c', signal, room);
  expect(notes).toEqual(['Note: ENOTCONN: not connected; trying again for 2 minutes']);
  vi.useRealTimers();
});
