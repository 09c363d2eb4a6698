import { type ScoringEngine, startEngine } from '../../engine/choose.js';
import { type GradCam, gradCam } from '../../model/grad-cam.js';
import { modelFromState } from '../../model/model.js';
import type { PatchBatch } from '../../model/preprocess.js';
import { silentTerminal } from '../../terminal.js';
import type { Classifier } from './load-classifier.js';

/** Tells where a classifier sees tumour, batch by batch. */
export interface HeatMaps {
  readonly of: (batch: PatchBatch) => Promise<GradCam>;
  readonly dispose: () => void;
}

/**
 * Grad-CAM of a checkpoint. It takes gradients: where ONNX Runtime, which has none, scored, wasm is started
 * for it.
 *
 * @param engine What scored, and has been started.
 * @returns Null for an exported file, which gives scores alone.
 */
export async function openHeatMaps(
  classifier: Classifier,
  engine: ScoringEngine['name'],
): Promise<HeatMaps | null> {
  if (classifier.kind === 'onnx') return null;
  if (engine === 'onnx') await startEngine('wasm', silentTerminal);
  const { card, state } = classifier;
  const model = modelFromState(card.architecture, state);
  return { of: (batch) => gradCam(model, batch, card.preprocessing), dispose: model.dispose };
}
