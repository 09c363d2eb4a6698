import { describe, expect, it } from 'vitest';
import { hasNativeEngine } from '../../native-engine.js';
import { inWorker, runChild } from './run-child.js';

/** Starts the native engine, trains for a step and lets an op fail, as histo's commands do. */
const story = (isVerbose: boolean) => `
  const tf = await import('@tensorflow/tfjs-core');
  const { startEngine } = await load('engine/choose.js');
  const terminal = { result() {}, note() {}, isInteractive: false, isVerbose: ${isVerbose} };
  const { version } = await startEngine('native', terminal);
  const filter = tf.variable(tf.ones([3, 3, 3, 4]));
  const loss = () => tf.mean(tf.relu(tf.conv2d(tf.ones([2, 9, 9, 3]), filter, 2, 'same')));
  const { value } = tf.variableGrads(loss, [filter]);
  process.stdout.write(version + ' ' + (value.dataSync()[0] > 0));
  try { tf.matMul(tf.ones([2, 3]), tf.ones([2, 3])).dataSync(); } catch {}
`;

describe.skipIf(!hasNativeEngine)('a process with the native engine', { timeout: 60_000 }, () => {
  it('ends well, without a word of TensorFlow on standard error', async () => {
    const { stdout, stderr } = await runChild(story(false));
    expect(stdout).toMatch(/^TensorFlow 2\.\S+ true$/);
    expect(stderr).toBe('');
  });

  it('lets TensorFlow speak with --verbose', async () => {
    const { stderr } = await runChild(story(true));
    expect(stderr).toContain('TensorFlow');
  });

  it('still tells its own errors', async () => {
    const { stderr } = await runChild(`${story(false)}\nconsole.error('Cannot go on');`);
    expect(stderr).toBe('Cannot go on\n');
  });

  it('ends well when a worker thread used the engine too', async () => {
    const program = `{ ${story(false)} }\n${inWorker(story(false))}`;
    const { stdout, stderr } = await runChild(program);
    expect(stdout).toMatch(/^(TensorFlow 2\.\S+ true){2} exit code 0$/);
    expect(stderr).toBe('');
  });

  it('ends well when a worker thread alone used the engine', async () => {
    const { stdout } = await runChild(inWorker(story(false)));
    expect(stdout).toMatch(/^TensorFlow 2\.\S+ true exit code 0$/);
  });
});

describe('withQuietStderr', () => {
  it('hides what is written meanwhile, and nothing else', async () => {
    const { stdout, stderr } = await runChild(`
      import { writeSync } from 'node:fs';
      const { withQuietStderr } = await load('engine/native/quiet-stderr.js');
      writeSync(2, 'before ');
      process.stdout.write(withQuietStderr(() => { writeSync(2, 'hidden'); return 'result'; }));
      try {
        withQuietStderr(() => { writeSync(2, 'hidden'); throw new Error('failure '); });
      } catch (error) {
        writeSync(2, error.message);
      }
      console.error('after');
    `);
    expect(stdout).toBe('result');
    expect(stderr).toBe('before failure after\n');
  });
});
