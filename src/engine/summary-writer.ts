import * as tf from '@tensorflow/tfjs-core';
import { messageOf, UserError } from '../errors.js';
import type { Engine } from './choose.js';
import { encodeScalars, encodeStart } from './native/event.js';
import { openEventFile } from './native/event-file.js';
import type { NodeJSKernelBackend } from './native/tfjs-node-backend.js';

/** Writes figures for TensorBoard to show while a run is under way. */
export interface SummaryWriter {
  /**
   * Notes figures of a step, in about 20 microseconds; every ten seconds what is noted is written.
   *
   * @param step At least 0.
   * @param scalars By tag, such as `step/loss`; stored as float32.
   * @throws {UserError} If the disk is full or the folder may not be written to.
   */
  readonly write: (step: number, scalars: Readonly<Record<string, number>>) => void;
  /** Writes what is noted. @throws {UserError} As `write` does. */
  readonly flush: () => void;
  /** Writes what is noted and ends the file. @throws {UserError} As `write` does. */
  readonly close: () => void;
}

/**
 * Opens a new event file, by the summary ops of the native engine, which must be the current one.
 *
 * @param folder Made where it is missing.
 * @param firstStep The first that will be written: what earlier files of the folder say of it and of
 *   later ones is no longer shown.
 * @throws {UserError} If the engine is another, or the file cannot be written.
 */
export function openSummaryWriter(
  folder: string,
  engine: Engine,
  firstStep: number,
): SummaryWriter {
  if (engine.name !== 'native') {
    throw new UserError(
      `Cannot write TensorBoard's events: expected the native engine, got ${engine.name}: run "histo engine install", or leave --tensorboard out`,
    );
  }
  const { binding } = tf.backend() as NodeJSKernelBackend;
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new UserError(
        `Cannot write TensorBoard's events: expected a folder "${folder}" that can be written to, got: ${messageOf(error)}; free some space or choose another --tensorboard`,
        { cause: error },
      );
    }
  };
  const file = told(() => openEventFile(binding, folder));
  told(() => file.add(encodeStart(firstStep)));
  return {
    write: (step, scalars) => told(() => file.add(encodeScalars(step, scalars))),
    flush: () => told(file.flush),
    close: () => told(file.close),
  };
}
