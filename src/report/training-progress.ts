import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal.js';

/** Follows the steps of one epoch. */
export interface TrainingProgress {
  /** @param step `loss` of this step, null where it was passed over, `examples` the number of its patches. */
  step(step: { loss: number | null; learningRate: number; examples: number }): void;
  stop(): void;
}

const smoothing = 0.05; // weight of the newest loss in the mean that is shown
const lineEveryMs = 30_000;

/**
 * A bar with loss, learning rate, patches a second and time left; a plain line every 30 seconds
 * where standard error is not a terminal.
 */
export function trainingProgress(
  terminal: Terminal,
  options: {
    readonly epoch: number;
    readonly epochs: number;
    readonly stepsPerEpoch: number;
    readonly stepsDone: number;
  },
): TrainingProgress {
  const { epoch, epochs, stepsPerEpoch, stepsDone } = options;
  const startedMs = performance.now();
  const title = `epoch ${epoch + 1}/${epochs}`;
  const bar = terminal.isInteractive ? startBar(title, stepsPerEpoch, stepsDone) : null;
  let [steps, examples, meanLoss, lineMs] = [stepsDone, 0, Number.NaN, startedMs];
  return {
    step(step) {
      steps += 1;
      examples += step.examples;
      const loss = step.loss ?? meanLoss;
      meanLoss = Number.isNaN(meanLoss) ? loss : meanLoss + smoothing * (loss - meanLoss);
      const nowMs = performance.now();
      const seconds = (nowMs - startedMs) / 1000;
      const shown = {
        loss: meanLoss.toFixed(4),
        rate: step.learningRate.toExponential(2),
        speed: (examples / seconds).toFixed(0),
        left: duration((seconds / (steps - stepsDone)) * (stepsPerEpoch - steps)),
      };
      bar?.update(steps, shown);
      if (bar === null && nowMs - lineMs >= lineEveryMs) {
        lineMs = nowMs;
        terminal.note(
          `${title} step ${steps}/${stepsPerEpoch} loss ${shown.loss} lr ${shown.rate} ${shown.speed} patches/s, ${shown.left} left`,
        );
      }
    },
    stop: () => bar?.stop(),
  };
}

function startBar(title: string, total: number, done: number): SingleBar {
  const format = `${title} [{bar}] {value}/{total} loss {loss} lr {rate} {speed} patches/s, {left} left`;
  const bar = new SingleBar({ format, clearOnComplete: true, barsize: 20 }, Presets.legacy);
  bar.start(total, done, { loss: '-', rate: '-', speed: '-', left: '-' });
  return bar;
}

/** Seconds as `75 s`, `12 min` or `3.4 h`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
