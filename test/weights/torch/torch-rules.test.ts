import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/weights/format-error.js';
import { torchRules } from '../../../src/weights/torch/torch-rules.js';
import { TorchStorage } from '../../../src/weights/torch/torch-tensor.js';

const floats = torchRules.globals.get('torch.FloatStorage');

describe('torchRules', () => {
  it('name the kinds of numbers as safetensors does', () => {
    const half = torchRules.globals.get('torch.cuda.HalfStorage');
    const storage = torchRules.persistent(['storage', half, '7', 'cuda:0', 12]);
    expect(storage).toEqual(new TorchStorage('7', 'F16', 12, 0));
  });

  it('know the views of older files', () => {
    const id = ['storage', floats, '7', 'cpu', 12, ['8', 3, 4]];
    expect(torchRules.persistent(id)).toEqual(new TorchStorage('7', 'F32', 4, 3));
  });

  it('refuse a whole model, which older files keep with its code', () => {
    expect(() => torchRules.persistent(['module', floats, 'net.py', 'class Net: pass'])).toThrow(
      'got a whole model with its code: save model.state_dict() in PyTorch',
    );
  });

  it.each([
    ['no storage', 'x'],
    ['a type of its own', ['storage', 'F32', '0', 'cpu', 1]],
    ['a key that is none', ['storage', floats, new Map(), 'cpu', 1]],
    ['a negative length', ['storage', floats, '0', 'cpu', -1]],
    ['a length beyond whole numbers', ['storage', floats, '0', 'cpu', 2n ** 64n]],
    ['a view that is none', ['storage', floats, '0', 'cpu', 1, ['0', -1, 1]]],
  ])('refuse %s', (_, id) => {
    expect(() => torchRules.persistent(id)).toThrow(FormatError);
  });
});
