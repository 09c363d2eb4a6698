import type { CpuFeatures } from '../../engine/machine/cpu.js';
import { showBytes } from '../../show-bytes.js';
import type { Diagnosis } from './doctor.js';

/** A diagnosis as people read it: a line a finding, the verdict last. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { cpu, engine, gpu, cache, speed } = diagnosis;
  const rows: [string, string][] = [
    ['histo', diagnosis.histo],
    ['Node', diagnosis.node],
    ['platform', diagnosis.platform],
    ['processor', `${cpu.model}, ${cpu.cores} cores, ${showBytes(cpu.memoryBytes)} of memory`],
    ['features', featuresText(cpu.features)],
    ['engine', engine === null ? 'none starts' : `${engine.name} (${engine.version})`],
  ];
  if (engine?.folder) rows.push(['', engine.folder]);
  if (engine?.name === 'wasm') rows.push(['', 'for a faster one: histo engine install']);
  rows.push(
    ['scoring', scoringText(diagnosis.onnx)],
    ['GPU', gpu.used ? gpu.names.join('; ') || 'in use' : `not used: ${gpu.reason}`],
    ['cache', `${cache.folder}, ${showBytes(cache.freeBytes)} free`],
  );
  for (const { name, bytes } of cache.parts) rows.push(['', `${name}: ${showBytes(bytes)}`]);
  if (speed !== null) {
    const { patchesPerSecond, batchSize, cropPx } = speed;
    rows.push([
      'speed',
      `${patchesPerSecond} patches a second (ResNet-50 in training, ${cropPx} px, batches of ${batchSize})`,
    ]);
  }
  for (const problem of diagnosis.problems) rows.push(['problem', problem]);
  rows.push(['verdict', diagnosis.fit ? 'training works here' : 'training does not work here']);
  return rows.map(([name, text]) => `${name.padEnd(10)} ${text}`).join('\n');
}

/** What scores exported files, and checkpoints where no native engine is installed. */
function scoringText(onnx: string | null): string {
  return onnx === null ? 'ONNX Runtime is not installed' : `${onnx} is installed too`;
}

function featuresText(features: CpuFeatures): string {
  const words = { true: 'yes', false: 'no', null: 'unknown' } as const;
  return Object.entries(features)
    .map(([name, has]) => `${name} ${words[`${has as boolean | null}`]}`)
    .join(', ');
}
