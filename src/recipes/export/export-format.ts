import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import type { Batch } from '../../data/batches.js';
import type { OnnxOptions } from '../../export/onnx/classifier-onnx.js';
import type { Terminal } from '../../terminal.js';

/** What `--format` takes. */
export const exportFormatNames = ['onnx', 'saved-model', 'tfjs', 'safetensors', 'web'] as const;

export type ExportFormatName = (typeof exportFormatNames)[number];

/** What is exported, and how. */
export interface ExportSource {
  readonly checkpoint: Pick<Checkpoint, 'card' | 'state'>;
  /** Of the checkpoint's file, in hexadecimal. */
  readonly sha256: string;
  /** Both are asked of formats that can do otherwise alone. */
  readonly options: OnnxOptions;
}

/** What a network says of a batch of patches. */
export interface ExportScores {
  /** Shape [size, 2], row by row. */
  readonly logits: Float32Array;
  /** Shape [size, 2], after the checkpoint's temperature; null: it gives none. */
  readonly probability: Float32Array | null;
}

/** An exported network that was read back and can be run. */
export interface ExportedModel {
  readonly score: (batch: Batch) => Promise<ExportScores>;
  readonly close: () => Promise<void>;
}

/** A kind of file or folder that checkpoints are exported to. */
export interface ExportFormat {
  readonly name: ExportFormatName;
  /** Whether running it takes the native engine. */
  readonly needsNative: boolean;
  /** Whether BatchNorm may be kept and the network be bare. */
  readonly hasOptions: boolean;
  /** Whether there is an export of this format and nothing else, as histo wrote it. */
  readonly isAt: (path: string) => Promise<boolean>;
  /** @throws {UserError} If it cannot be written. */
  readonly write: (path: string, source: ExportSource) => Promise<void>;
  /**
   * Reads back what was written, to run it. The engine must have been started.
   *
   * @throws {UserError} If it cannot be read or is not what was to be written.
   */
  readonly open: (path: string, source: ExportSource, terminal: Terminal) => Promise<ExportedModel>;
}
