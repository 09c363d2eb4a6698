import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { createModel, modelFromState, stateOf } from '../../src/model/model.js';
import type { NamedArray } from '../../src/model/state-dict.js';
import { startTestEngine } from './start-test-engine.js';
import { tinyArchitecture, tinyNames } from './tiny-model.js';

beforeAll(() => startTestEngine());

async function tinyState(seed = 0): Promise<Map<string, NamedArray>> {
  const model = createModel(tinyArchitecture, { seed, backbone: null });
  const state = await stateOf(model);
  model.dispose();
  return state;
}

function backboneOf(state: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  return new Map([...state].filter(([name]) => !name.startsWith('head.')));
}

describe('createModel', () => {
  it('takes the backbone as it is given and a head of the seed', async () => {
    const backbone = backboneOf(await tinyState(7));
    const model = createModel(tinyArchitecture, { seed: 3, backbone });
    const state = await stateOf(model);
    model.dispose();
    for (const [name, array] of backbone) expect(state.get(name), name).toEqual(array);
    const head = (await tinyState(3)).get('head.fc1.weight');
    expect(state.get('head.fc1.weight')).toEqual(head);
    expect(backbone.get('conv1.weight')).not.toEqual((await tinyState(3)).get('conv1.weight'));
  });

  it("leaves torchvision's classifier and counters alone", async () => {
    const backbone = backboneOf(await tinyState());
    backbone.set('fc.weight', { shape: [1, 1], data: Float32Array.of(1) });
    backbone.set('bn1.num_batches_tracked', { shape: [], data: Float32Array.of(1) });
    createModel(tinyArchitecture, { seed: 0, backbone }).dispose();
  });

  it('names all missing, surplus and misshapen arrays in one error', async () => {
    const backbone = backboneOf(await tinyState());
    backbone.delete('layer4.0.conv2.weight');
    backbone.delete('bn1.running_var');
    backbone.set('layer5.0.conv1.weight', { shape: [1], data: Float32Array.of(1) });
    backbone.set('conv1.weight', { shape: [4, 3, 3, 3], data: new Float32Array(108) });
    const before = tf.memory().numTensors;
    const create = () => createModel(tinyArchitecture, { seed: 0, backbone });
    expect(create).toThrow(UserError);
    expect(create).toThrow(/2 missing: bn1\.running_var, layer4\.0\.conv2\.weight/);
    expect(create).toThrow(/1 surplus: layer5\.0\.conv1\.weight/);
    expect(create).toThrow(
      /1 misshapen: conv1\.weight \(expected \[4, 3, 7, 7\], got \[4, 3, 3, 3\] with 108 values\)/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('shows five names of a fault and counts the rest', () => {
    const create = () => createModel(tinyArchitecture, { seed: 0, backbone: new Map() });
    const backboneCount = tinyNames.filter((name) => !name.startsWith('head.')).length;
    expect(create).toThrow(`${backboneCount} missing: conv1.weight, bn1.weight`);
    expect(create).toThrow(`and ${backboneCount - 5} more`);
  });
});

describe('modelFromState', () => {
  it('restores what stateOf gave, bit for bit', async () => {
    const state = await tinyState();
    expect([...state.keys()]).toEqual(tinyNames);
    const model = modelFromState(tinyArchitecture, state);
    expect(await stateOf(model)).toEqual(state);
    model.dispose();
  });

  it('refuses a state without its head', async () => {
    const state = backboneOf(await tinyState());
    expect(() => modelFromState(tinyArchitecture, state)).toThrow(/missing: head\.bn1\.weight/);
  });

  it('frees every tensor', async () => {
    const state = await tinyState();
    const before = tf.memory().numTensors;
    modelFromState(tinyArchitecture, state).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
