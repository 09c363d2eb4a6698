/**
 * How fast one checkpoint scores in each engine, by turns in one process, with one batch at a time and
 * with two as `histo eval` has them. Patches are noise of 96 x 96 px.
 *
 *   npm run bench:scoring -- runs/first [--batch-size 64] [--rounds 5] [--engines native,onnx,wasm]
 */
import { parseArgs } from 'node:util';
import { loadCheckpoint } from '../dist/src/checkpoint/checkpoint.js';
import { cropSteps } from '../dist/src/data/augment.js';
import { engineText, startScoringEngine } from '../dist/src/engine/choose.js';
import { openScorer } from '../dist/src/recipes/score/open-scorer.js';
import { silentTerminal } from '../dist/src/terminal.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'batch-size': { type: 'string', default: '64' },
    rounds: { type: 'string', default: '5' },
    engines: { type: 'string', default: 'native,onnx,wasm' },
  },
});
const [size, rounds] = [Number(flags['batch-size']), Number(flags.rounds)];
const names = flags.engines.split(',');
const classifier = { kind: 'checkpoint', ...(await loadCheckpoint(positionals[0])) };
const patch = { widthPx: 96, heightPx: 96 };
const { cropPx } = classifier.card.preprocessing;
const batch = {
  pixels: Uint8Array.from({ length: 3 * size * 96 * 96 }, (_, at) => 128 * (1 + Math.sin(at * at))),
  steps: Int32Array.from(cropSteps(null, patch, cropPx)),
  size,
  ...patch,
};

const options = { precision: 'float32', tta: null };
const engines = [];
for (const name of names) {
  const engine = await startScoringEngine(name, silentTerminal);
  const scorer = await openScorer(classifier, { engine: name, ...options });
  await scorer.score(batch); // compiles what is measured
  const measured = { 1: [], 2: [] };
  engines.push({ name, text: engineText(engine), scorer, measured });
}
for (let round = 0; round < rounds; round++) {
  for (const { name, scorer, measured } of engines) {
    await startScoringEngine(name, silentTerminal); // makes it the current one of tfjs
    for (const atOnce of [1, 2]) measured[atOnce].push(await measure(scorer, atOnce));
  }
}
for (const { text, measured } of engines) {
  const texts = [1, 2].map((atOnce) => {
    const speed = median(measured[atOnce].map(({ patchesPerSecond }) => patchesPerSecond));
    const cpuMs = median(measured[atOnce].map((one) => one.cpuMs));
    return `${speed.toFixed(1)} patches/s (${cpuMs.toFixed(2)} ms of a core each)`;
  });
  console.log(`${text}: ${texts[0]} one batch at a time, ${texts[1]} two at once`);
}

/** Patches a second over at least a second, and what one takes of a core, which others that run here change less. */
async function measure(scorer, atOnce) {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  const endMs = startMs + 1000;
  let batches = 0;
  const lane = async () => {
    do {
      await scorer.score(batch);
      batches++;
    } while (performance.now() < endMs);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(startCpu);
  const patches = batches * size;
  return { patchesPerSecond: patches / seconds, cpuMs: (user + system) / 1000 / patches };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
