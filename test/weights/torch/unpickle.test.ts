import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/weights/format-error.js';
import { torchRules } from '../../../src/weights/torch/torch-rules.js';
import { unpickle } from '../../../src/weights/torch/unpickle.js';

/** Opcodes as CPython's pickletools names them, one sign a byte. */
function read(pickle: string): unknown {
  return unpickle(new Uint8Array(Buffer.from(pickle, 'latin1')), 0, torchRules).value;
}

describe('unpickle', () => {
  // Each as pickle.dumps writes it, in Python 3.11.
  it.each([
    ['7, protocol 2', '\x80\x02K\x07.', 7],
    ['-3', '\x80\x02J\xfd\xff\xff\xff.', -3],
    ['2 ** 40', '\x80\x02\x8a\x06\x00\x00\x00\x00\x00\x01.', 2 ** 40],
    ['-2 ** 63', '\x80\x02\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.', -(2n ** 63n)],
    ['1.5', '\x80\x02G?\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
    ['True, False, None', '\x80\x02\x88\x89N\x87q\x00.', [true, false, null]],
    ['"é"', '\x80\x02X\x02\x00\x00\x00\xc3\xa9q\x00.', 'é'],
    ['[1, (2, 3)]', '\x80\x02]q\x00(K\x01K\x02K\x03\x86q\x01e.', [1, [2, 3]]],
    [
      '{"a": [], "b": {}}',
      '\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01]q\x02X\x01\x00\x00\x00bq\x03}q\x04u.',
      new Map<string, unknown>([
        ['a', []],
        ['b', new Map()],
      ]),
    ],
    [
      '["a", "a"], protocol 4',
      '\x80\x04\x95\x0d\x00\x00\x00\x00\x00\x00\x00]\x94(\x8c\x01a\x94h\x01e.',
      ['a', 'a'],
    ],
    [
      'OrderedDict(a=1)',
      '\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01X\x01\x00\x00\x00aq\x02K\x01s.',
      new Map([['a', 1]]),
    ],
  ])('reads %s', (_, pickle, value) => {
    expect(read(pickle)).toEqual(value);
  });

  it('goes on behind a pickle where asked to', () => {
    const bytes = new Uint8Array(Buffer.from('\x80\x02K\x01.\x80\x02K\x02.', 'latin1'));
    const { end } = unpickle(bytes, 0, torchRules);
    expect(unpickle(bytes, end, torchRules).value).toBe(2);
  });

  it.each([
    'os.system',
    'builtins.eval',
    'builtins.getattr',
    'torch.storage._load_from_bytes',
    'collections.OrderedDict.fromkeys',
    'torch.load',
    '__proto__.constructor',
    'x.toString',
  ])('refuses %s by its name, however it is asked for', (path) => {
    const at = path.lastIndexOf('.');
    const [module, name] = [path.slice(0, at), path.slice(at + 1)];
    const refusal = new FormatError(
      `expected tensors, numbers, text, lists and dictionaries alone, got "${path}", which is code to be run: save model.state_dict() in PyTorch and convert that file`,
    );
    const short = (text: string) => `\x8c${String.fromCharCode(text.length)}${text}`;
    expect(() => read(`\x80\x02c${module}\n${name}\n(X\x02\x00\x00\x00lstR.`)).toThrow(refusal);
    expect(() => read(`\x80\x04${short(module)}${short(name)}\x93)R.`)).toThrow(refusal);
  });

  it('keeps keys that mean something to JavaScript as keys', () => {
    const value = read(
      '\x80\x04}(\x8c\x09__proto__}\x8c\x08polluted\x88s\x8c\x0bconstructorK\x01u.',
    );
    expect(value).toEqual(
      new Map<string, unknown>([
        ['__proto__', new Map([['polluted', true]])],
        ['constructor', 1],
      ]),
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('bears a list that holds itself, and one in another ten thousand times', () => {
    const list = read('\x80\x02]q\x00h\x00a.') as unknown[];
    expect(list[0]).toBe(list);
    expect(read(`\x80\x02${']'.repeat(10_000)}${'a'.repeat(9_999)}.`)).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no end', '\x80\x02K\x01'],
    ['an empty stack', '\x80\x02.'],
    ['a text longer than the bytes', '\x80\x02X\xff\xff\xff\x7fa.'],
    ['a text of 2 ** 64 bytes', '\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xffa.'],
    ['a number of a million bytes', '\x80\x02\x8b\x40\x42\x0f\x00.'],
    ['a value for no key', '\x80\x02}(K\x01u.'],
    ['no mark', '\x80\x02K\x01t.'],
    ['a memo of nothing', '\x80\x02h\x07.'],
    ['a call of a number', '\x80\x02K\x01)R.'],
    ['an object made anew', '\x80\x02ccollections\nOrderedDict\n)\x81.'],
    ['an extension', '\x80\x02\x82\x01.'],
    ['an instance of protocol 0', '\x80\x02(ios\nsystem\n.'],
    ['a set', '\x80\x04\x8f.'],
    ['more steps than any state dict', `\x80\x02${'N'.repeat(2 ** 18)}.`],
  ])('refuses %s', (_, pickle) => {
    expect(() => read(pickle)).toThrow(FormatError);
  });
});
