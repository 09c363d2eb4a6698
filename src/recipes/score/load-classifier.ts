import { type Checkpoint, checkpointPath, loadCheckpoint } from '../../checkpoint/checkpoint.js';
import { type ExportedOnnx, readExportedOnnx } from './read-exported-onnx.js';

/** What scores patches: a checkpoint, or a file that histo exported from one. */
export type Classifier = CheckpointClassifier | ExportedClassifier;

interface CheckpointClassifier
  extends Pick<Checkpoint, 'state' | 'card' | 'validation' | 'fingerprints'> {
  readonly kind: 'checkpoint';
}

/** An exported file as a checkpoint that keeps neither scores nor fingerprints. */
interface ExportedClassifier extends ExportedOnnx {
  readonly kind: 'onnx';
  readonly validation: null;
  readonly fingerprints: null;
}

/**
 * Reads what is to score patches.
 *
 * @param path A checkpoint, a run folder: its best one, or an exported file, told by its ending `.onnx`.
 * @throws {UserError} If there is none, or it is damaged or not histo's.
 */
export async function loadClassifier(path: string): Promise<Classifier> {
  const file = await checkpointPath(path);
  if (isOnnx(file)) return { kind: 'onnx', ...(await readExportedOnnx(file)), ...unknown };
  const { state, card, validation, fingerprints } = await loadCheckpoint(file);
  return { kind: 'checkpoint', state, card, validation, fingerprints };
}

/** What an exported file does not tell. */
const unknown = { validation: null, fingerprints: null } as const;

function isOnnx(path: string): boolean {
  return path.toLowerCase().endsWith('.onnx');
}
