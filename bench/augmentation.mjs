// Where patches are flipped, rotated, cropped and normalised: in the graph of the training step, which
// is given whole patches of 8 bits, or on the main thread, which gives it float32 crops. Trains
// ResNet-50 both ways in turn, each step of one beside a step of the other, and makes the batch of the
// next step meanwhile, as the loader does. Run it after `npm run build`:
//
//   node bench/augmentation.mjs [--rounds 60] [--batch-size 64] [--patch 96] [--crop 49]
//     [--precision bfloat16]
//
// The ratio of each pair of steps is less disturbed by other work on the machine than the speeds are,
// the processor's time least. The losses of both ways must be equal to the last bit.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { cropSteps, drawAugmentation } from '../dist/src/data/augment.js';
import { startEngine } from '../dist/src/engine/choose.js';
import { compile } from '../dist/src/engine/ops/compile.js';
import { architectureOf } from '../dist/src/model/architecture.js';
import { dropoutMasks } from '../dist/src/model/dropout-mask.js';
import { trainingLogits, updateStatistics } from '../dist/src/model/forward.js';
import { createModel } from '../dist/src/model/model.js';
import { imageNet, patchInputs, preprocess } from '../dist/src/model/preprocess.js';
import { silentTerminal } from '../dist/src/terminal.js';
import { crossEntropy, oneHotLabels } from '../dist/src/train/cross-entropy.js';
import { createSgd } from '../dist/src/train/sgd.js';

const tf = createRequire(import.meta.url)('@tensorflow/tfjs-core');

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    'batch-size': { type: 'string', default: '64' },
    patch: { type: 'string', default: '96' },
    crop: { type: 'string', default: '49' },
    precision: { type: 'string', default: 'float32' },
  },
});
const [size, sizePx, cropPx] = ['batch-size', 'patch', 'crop'].map((name) => Number(flags[name]));
const preprocessing = { cropPx, channels: 'rgb', ...imageNet };
const augmentation = { horizontalFlip: true, verticalFlip: true, rotationDegrees: 20 };
const architecture = architectureOf('resnet50', { stride: 'v1', hiddenUnits: 512, dropout: 0.5 });
const labels = Int32Array.from({ length: size }, (_, row) => row % 2);
const patchBytes = 3 * sizePx * sizePx;
const kept = Array.from({ length: size }, (_, patch) =>
  Uint8Array.from(
    { length: patchBytes },
    (_, at) => Math.imul(patch * patchBytes + at, 2654435761) >>> 24,
  ),
);
const tables = imageNet.mean.map((mean, channel) => tableOf(mean, imageNet.std[channel]));

await startEngine('native', silentTerminal);
const ways = { graph: graphWay(), host: hostWay() };
for (const way of Object.values(ways)) for (let warmUp = 0; warmUp < 3; warmUp++) await step(way);
for (const way of Object.values(ways)) Object.assign(way, { batchMs: [], speeds: [], cpuMs: [] });
for (let round = 0; round < Number(flags.rounds); round++) {
  for (const name of round % 2 === 0 ? ['graph', 'host'] : ['host', 'graph'])
    await step(ways[name]);
}
const { graph, host } = ways;
const isSame = graph.losses.every((loss, at) => Object.is(loss, host.losses[at]));
console.log(
  `${size} patches of ${sizePx} px, crop ${cropPx} px, ${flags.precision}; medians of ${flags.rounds} steps`,
);
console.log('where  patches/s  processor ms a step  main thread ms a batch');
for (const [name, { speeds, cpuMs, batchMs }] of Object.entries(ways)) {
  const cells = [median(speeds).toFixed(1).padStart(9), median(cpuMs).toFixed(0).padStart(19)];
  console.log(`${name.padEnd(5)}  ${cells.join('  ')}  ${median(batchMs).toFixed(2).padStart(22)}`);
}
console.log(`speed, graph / host           ${pairwise(graph.speeds, host.speeds)}`);
console.log(`processor time, graph / host  ${pairwise(graph.cpuMs, host.cpuMs)}`);
console.log(`losses ${isSame ? 'equal' : 'DIFFER'}`);
console.log(`added ops in ms, one by one: ${await addedOps()}`);

/** One step, while which the next batch is made; notes how long both took. */
async function step(way) {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const running = way.run(way.next ?? way.batch(0));
  const batchStartMs = performance.now();
  way.next = way.batch(way.losses.length + 1);
  way.batchMs?.push(performance.now() - batchStartMs);
  way.losses.push(await running);
  way.speeds?.push((1000 * size) / (performance.now() - startMs));
  const { user, system } = process.cpuUsage(cpu);
  way.cpuMs?.push((user + system) / 1000);
}

function graphWay() {
  const batch = (epoch) => {
    const pixels = new Uint8Array(size * patchBytes);
    for (const [row, patch] of kept.entries()) pixels.set(patch, row * patchBytes);
    return { pixels, steps: stepsOf(epoch), size, widthPx: sizePx, heightPx: sizePx };
  };
  return trainer(
    batch,
    (patches) => patchInputs(patches, imageNet),
    (inputs) => preprocess(inputs, preprocessing),
  );
}

function hostWay() {
  const batch = (epoch) => {
    const images = new Float32Array(3 * size * cropPx * cropPx);
    const steps = stepsOf(epoch);
    for (const [row, patch] of kept.entries()) cutAndNormalize(patch, steps, row, images);
    return images;
  };
  const tensors = (images) => ({ images: tf.tensor4d(images, [size, cropPx, cropPx, 3]) });
  return trainer(batch, tensors, ({ images }) => images);
}

/** The training step of src/train/step.ts, over images that come to it in one way or the other. */
function trainer(batch, tensors, imagesOf) {
  const model = createModel(architecture, { seed: 0, backbone: null });
  const sgd = createSgd(model);
  const learn = (inputs) => {
    const { oneHot, mask0, mask1, learningRate, momentum } = inputs;
    const images = imagesOf(inputs);
    const statistics = new Map();
    const { value: loss, grads } = tf.variableGrads(
      () => crossEntropy(trainingLogits(model, images, [mask0, mask1], statistics), oneHot),
      [...model.trainable.values()],
    );
    const named = [...model.trainable].map(([name, variable]) => [name, grads[variable.name]]);
    sgd.update(new Map(named.filter(([, gradient]) => gradient)), learningRate, momentum);
    updateStatistics(model, statistics);
    tf.dispose([...statistics.values()]);
    return { loss };
  };
  const variables = [...model.trainable.values(), ...model.statistics.values(), ...sgd.variables];
  const update = compile(variables, learn, { guard: 'loss', precision: flags.precision });
  const losses = [];
  const run = async (made) => {
    const [mask0, mask1] = dropoutMasks(architecture, size, [0, losses.length]);
    const rates = { learningRate: tf.scalar(1e-3), momentum: tf.scalar(0.9) };
    const inputs = { ...tensors(made), oneHot: oneHotLabels(labels, 2), mask0, mask1, ...rates };
    const results = await update.run(inputs);
    const [loss] = await results.loss.data();
    tf.dispose([inputs, results]);
    return loss;
  };
  return { batch, run, losses };
}

function stepsOf(epoch) {
  const patch = { widthPx: sizePx, heightPx: sizePx };
  return Int32Array.from(
    kept.flatMap((_, row) =>
      cropSteps(drawAugmentation(augmentation, 0, epoch, row), patch, cropPx),
    ),
  );
}

/** The host's way: one patch into a batch of normalised float32 crops. */
function cutAndNormalize(pixels, steps, row, images) {
  const [a, b, c, d, e, f] = steps.subarray(6 * row, 6 * row + 6);
  const [red, green, blue] = tables;
  let to = 3 * row * cropPx * cropPx;
  for (let y = 0; y < cropPx; y++) {
    let [atX, atY] = [b * y + c, e * y + f];
    for (let x = 0; x < cropPx; x++, to += 3, atX += a, atY += d) {
      const [fromX, fromY] = [atX >> 16, atY >> 16];
      const isInside = fromX >= 0 && fromX < sizePx && fromY >= 0 && fromY < sizePx;
      const from = 3 * (fromY * sizePx + fromX);
      images[to] = red[isInside ? pixels[from] : 0];
      images[to + 1] = green[isInside ? pixels[from + 1] : 0];
      images[to + 2] = blue[isInside ? pixels[from + 2] : 0];
    }
  }
}

function tableOf(mean, std) {
  const { fround } = Math;
  return Float32Array.from({ length: 256 }, (_, value) =>
    fround(fround(fround(value / 255) - fround(mean)) / fround(std)),
  );
}

/** What the ops take that the graph has more, the sum first. */
async function addedOps() {
  const alone = compile([], (inputs) => ({ images: preprocess(inputs, preprocessing) }));
  const inputs = patchInputs(ways.graph.batch(0), imageNet);
  const sums = new Map();
  for (let run = 0; run < 25; run++) {
    const traced = new Map();
    for (const { op, microseconds } of await alone.trace(inputs)) {
      for (const name of ['all', op])
        traced.set(name, (traced.get(name) ?? 0) + microseconds / 1000);
    }
    for (const [name, ms] of traced) sums.set(name, [...(sums.get(name) ?? []), ms]);
  }
  const medians = [...sums].map(([name, times]) => [name, median(times)]);
  const shown = medians.filter(([, ms]) => ms >= 0.05).sort(([, one], [, other]) => other - one);
  return shown.map(([name, ms]) => `${name} ${ms.toFixed(2)}`).join(', ');
}

/** The median of the ratios of pairs, and the quartiles. */
function pairwise(some, others) {
  const ratios = some.map((value, round) => value / others[round]);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(3));
  return `${middle} (quartiles ${low} to ${high})`;
}

function median(values) {
  return quantile(values, 0.5);
}

function quantile(values, share) {
  return values.toSorted((one, other) => one - other)[Math.floor(share * (values.length - 1))];
}
