import type { PageFacts } from '../../src/export/web/page-facts.js';
import type { ScoredPatch, ScorerAnswer, ScorerRequest } from '../scorer/scored-patch.js';
import { loadFile } from './load-file.js';

/** Reads and scores a file in the worker, one after the other. Rejects with why it could not. */
export type Scorer = (file: File) => Promise<ScoredPatch>;

/**
 * Loads model, runtime and the worker that they run in. The page does the loading and the worker is made
 * of a blob, so that it is bound by the page's own Content-Security-Policy.
 *
 * @param onLoaded Told of the share that has come, from 0 to 1.
 * @throws {Error} If a file is missing or the model cannot be run here.
 */
export async function startScorer(
  { version, cropPx, modelBytes, runtimeBytes }: PageFacts,
  onLoaded: (share: number) => void,
): Promise<Scorer> {
  let bytes = 0;
  const load = (name: string) =>
    loadFile(`${name}?v=${version}`, (count) => {
      bytes += count;
      onLoaded(Math.min(1, bytes / (modelBytes + runtimeBytes)));
    });
  const [program, model, runtime] = (await Promise.all(
    ['scorer.js', 'model.onnx', 'onnxruntime.wasm'].map(load),
  )) as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
  const ask = openWorker(program);
  await ask({ kind: 'start', model, runtime, cropPx }, [model, runtime]);
  return async (file) => {
    const answer = await ask({ kind: 'score', file });
    if (answer.kind !== 'scored') throw new Error('the scorer was not asked for that');
    return answer;
  };
}

function openWorker(program: ArrayBuffer) {
  const address = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
  const worker = new Worker(address);
  return (request: ScorerRequest, transfer: Transferable[] = []): Promise<ScorerAnswer> =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<ScorerAnswer>) => {
        if (data.kind === 'refused') reject(new Error(data.why));
        else resolve(data);
      };
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(request, transfer);
    });
}
