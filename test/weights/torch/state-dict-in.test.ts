import { describe, expect, it } from 'vitest';
import { stateDictIn } from '../../../src/weights/torch/state-dict-in.js';
import { TorchStorage, TorchTensor } from '../../../src/weights/torch/torch-tensor.js';

const tensor = new TorchTensor(new TorchStorage('0', 'F32', 1, 0), 0, [1], [1]);
const state = new Map([['conv1.weight', tensor]]);

describe('stateDictIn', () => {
  it('takes a bare state dict', () => {
    expect(stateDictIn(state)).toEqual({ tensors: state, place: null });
  });

  it.each(['state_dict', 'model', 'model_state', 'model_state_dict', 'state_dict_ema'])(
    'finds it under "%s"',
    (key) => {
      const checkpoint = new Map<string, unknown>([
        ['epoch', 3],
        [key, state],
      ]);
      expect(stateDictIn(checkpoint)).toEqual({ tensors: state, place: `under "${key}"` });
    },
  );

  it('takes the averaged weights where there are both, and looks two keys deep', () => {
    const other = new Map([['a', tensor]]);
    const both = new Map([
      ['state_dict', other],
      ['state_dict_ema', state],
    ]);
    expect(stateDictIn(both).tensors).toEqual(state);
    const deep = new Map([['model', new Map([['state_dict', state]])]]);
    expect(stateDictIn(deep).place).toBe('under "state_dict" in "model"');
  });

  it.each([
    ['a tensor', tensor, 'one tensor'],
    ['a list', [tensor], 'a list'],
    ['a number', 3, 'a number'],
    ['other keys', new Map([['epoch', 3]]), 'a dictionary of 1 key ("epoch")'],
  ])('refuses %s', (_, value, got) => {
    expect(() => stateDictIn(value)).toThrow(
      `expected a state dict of tensors, got ${got}: save model.state_dict() in PyTorch and convert that file`,
    );
  });

  it('goes no deeper than three dictionaries', () => {
    const circle = new Map<string, unknown>();
    circle.set('model', circle);
    expect(() => stateDictIn(circle)).toThrow('got a dictionary of 1 key ("model")');
  });
});
