import { describe, expect, it } from 'vitest';
import { parseWheelName } from '../../../src/engine/install/wheel-name.js';

describe('parseWheelName', () => {
  it('reads what a wheel is for', () => {
    expect(
      parseWheelName('Tensor_Flow-2.21.0+cpu-1-cp313-cp313-manylinux_2_27_x86_64.any.whl'),
    ).toEqual({
      project: 'tensor-flow',
      version: '2.21.0+cpu',
      python: 'cp313',
      platforms: ['manylinux_2_27_x86_64', 'any'],
    });
  });

  it.each([
    'tensorflow-2.21.0-../../../../tmp/x-none-any.whl',
    'tensorflow-2.21.0-py3-none-any/../../x.whl',
    '/tensorflow-2.21.0-py3-none-any.whl',
    'tensorflow-2.21.0-py3\\..-none-any.whl',
    'tensorflow-2.21.0-py3\0-none-any.whl',
    'tensorflow-2.21.0-py3\x1b[2J-none-any.whl',
    'tensorflow-2.21.0-py3-none-any.whl\n',
    `tensorflow-2.21.0-py3-none-${'a'.repeat(200)}.whl`,
  ])('takes no file name that a wheel cannot have: %j', (name) => {
    expect(parseWheelName(name)).toBeNull();
  });
});
