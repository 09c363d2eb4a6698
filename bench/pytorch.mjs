// ResNet-50 with the head, forward, backward and update, or scoring, in turn with the same in PyTorch
// on the processor: each of PyTorch's ways (channels_last; that with torch.compile) against histo in
// the same precision. Run it after `npm run build`:
//
//   node bench/pytorch.mjs [--work train,score] [--precision float32,bfloat16] [--rounds 5]
//     [--batches 5] [--batch-size 64] [--crop 49] [--stride v1.5] [--python python3] [--no-compile]
//
// A round is some batches of each, so that all meet the same neighbours on a shared machine. The first
// round, in which histo records and PyTorch compiles, is not counted. Each runs in a process of its own,
// one at a time; memory is the largest resident size of each.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    work: { type: 'string', default: 'train,score' },
    precision: { type: 'string', default: 'float32,bfloat16' },
    rounds: { type: 'string', default: '5' },
    batches: { type: 'string', default: '5' },
    'batch-size': { type: 'string', default: '64' },
    crop: { type: 'string', default: '49' },
    stride: { type: 'string', default: 'v1.5' },
    python: { type: 'string', default: 'python3' },
    'no-compile': { type: 'boolean', default: false },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const batches = Number(flags.batches);

console.log(
  `ResNet-50 ${flags.stride}, ${flags.crop} px, batch ${flags['batch-size']}, ${availableParallelism()} threads; patches a second, median of ${flags.rounds} rounds`,
);
for (const work of flags.work.split(',')) {
  for (const precision of flags.precision.split(',')) await compare(work, precision);
}

async function compare(work, precision) {
  const rivals = [
    open('histo', process.execPath, 'histo.mjs', work, precision),
    open('PyTorch channels_last', flags.python, 'pytorch.py', work, precision),
  ];
  if (!flags['no-compile']) {
    rivals.push(
      open('PyTorch torch.compile', flags.python, 'pytorch.py', work, precision, '--compile'),
    );
  }
  const versions = await Promise.all(rivals.map(({ answer }) => answer()));
  for (let round = 0; round <= Number(flags.rounds); round++) {
    for (const rival of rivals) {
      const [seconds, bytes] = (await rival.run(batches)).split(' ').map(Number);
      if (round > 0) rival.speeds.push((batches * Number(flags['batch-size'])) / seconds);
      rival.bytes = bytes;
    }
  }
  const [histo] = rivals;
  for (const [at, { name, speeds, bytes, close }] of rivals.entries()) {
    const ratio = median(histo.speeds) / median(speeds);
    const pairs = speeds.map((speed, round) => histo.speeds[round] / speed);
    const range = `${Math.min(...pairs).toFixed(2)}-${Math.max(...pairs).toFixed(2)}`;
    console.log(
      [
        `${work} ${precision}`.padEnd(16),
        `${name} ${versions[at]}`.padEnd(34),
        median(speeds).toFixed(1).padStart(7),
        `${(bytes / 2 ** 30).toFixed(2)} GiB`.padStart(10),
        at === 0 ? '' : `   histo is ${ratio.toFixed(2)} times as fast (rounds ${range})`,
      ].join(' '),
    );
    close();
  }
}

function open(name, program, script, work, precision, ...more) {
  const options = { work, precision, 'batch-size': flags['batch-size'], crop: flags.crop };
  const all = Object.entries({ ...options, stride: flags.stride, threads: availableParallelism() });
  const words = all.flatMap(([key, value]) => [`--${key}`, String(value)]);
  const child = spawn(program, [join(here, script), ...words, ...more], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const failed = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with exit code ${code}`)));
  });
  failed.catch(() => {}); // thrown where an answer is awaited
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => (await Promise.race([lines.next(), failed])).value;
  const run = (count) => {
    child.stdin.write(`${count}\n`);
    return answer();
  };
  return { name, answer, run, speeds: [], bytes: 0, close: () => child.stdin.end() };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
