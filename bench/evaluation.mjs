/**
 * How long all figures with their intervals take, and how much memory beside the predictions.
 *
 *   npm run bench:evaluation
 */
import { evaluatePredictions } from '../dist/src/evaluate/evaluate-predictions.js';
import { randomStream } from '../dist/src/rng.js';

/** Predictions of a scorer with ROC AUC .95 or so; `slides` 0: none is known. */
function predictions(count, slides) {
  const random = randomStream(1, 902);
  return Array.from({ length: count }, (_, row) => {
    const label = random.nextUniform() < 0.4 ? 1 : 0;
    const noise = 4 * (random.nextUniform() - 0.5) + 2 * (random.nextUniform() - 0.5);
    const margin = (label === 1 ? 1.5 : -1.5) + noise;
    return {
      id: String(row),
      label,
      probability: 1 / (1 + Math.exp(-margin)),
      logits: [0, margin],
      group: slides === 0 ? null : String(row % slides),
    };
  });
}

evaluatePredictions(predictions(1000, 10)); // compiles what is measured
for (const [count, slides] of [
  [32_768, 0],
  [32_768, 400],
  [1_000_000, 0],
  [1_000_000, 400],
]) {
  const input = predictions(count, slides);
  const [startMs, startCpu, startBytes] = [
    performance.now(),
    process.cpuUsage(),
    process.memoryUsage().rss,
  ];
  const { intervals } = evaluatePredictions(input);
  const seconds = (performance.now() - startMs) / 1000;
  const { user } = process.cpuUsage(startCpu);
  const mebibytes = (process.memoryUsage().rss - startBytes) / 2 ** 20;
  console.log(
    `${count.toLocaleString('en')} patches, ${slides === 0 ? 'no slides' : `${slides} slides`}: ${seconds.toFixed(1)} s (${(user / 1e6).toFixed(1)} s of a processor), ${mebibytes.toFixed(0)} MiB more; F1 by ${intervals.f1.method}`,
  );
}
