import { cropOffset } from '../../src/data/crop-offset.js';
import { messageOf, UserError } from '../../src/errors.js';
import { drawPicture } from './draw-picture.js';
import { openNetwork } from './open-network.js';
import { readPicture } from './read-picture.js';
import type { ScoredPatch, ScorerAnswer, ScorerRequest } from './scored-patch.js';

// Reads and scores patches in a worker, so that the page never waits: one request, one answer.

let score: (file: Blob) => Promise<ScoredPatch>;

self.addEventListener('message', async ({ data }: MessageEvent<ScorerRequest>) => {
  self.postMessage(await answerTo(data));
});

async function answerTo(request: ScorerRequest): Promise<ScorerAnswer> {
  try {
    if (request.kind === 'score') return { kind: 'scored', ...(await score(request.file)) };
    score = scorerOf(await openNetwork(request.model, request.runtime), request.cropPx);
    return { kind: 'started' };
  } catch (error) {
    return { kind: 'refused', why: messageOf(error) };
  }
}

function scorerOf(marginOf: Awaited<ReturnType<typeof openNetwork>>, cropPx: number) {
  return async (file: Blob): Promise<ScoredPatch> => {
    const startedMs = performance.now();
    const patch = await readPicture(file);
    const { widthPx, heightPx, notice } = patch;
    if (Math.min(widthPx, heightPx) < cropPx) {
      throw new UserError(
        `expected a patch of ${cropPx} x ${cropPx} px or more, got ${widthPx} x ${heightPx} px`,
      );
    }
    const margin = await marginOf(patch);
    const timeMs = performance.now() - startedMs;
    const crop = {
      x: cropOffset(widthPx, cropPx),
      y: cropOffset(heightPx, cropPx),
      sizePx: cropPx,
    };
    return { margin, widthPx, heightPx, crop, notice, timeMs, picture: await drawPicture(patch) };
  };
}
