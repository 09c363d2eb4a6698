import { describe, expect, it } from 'vitest';
import { codeOf } from '../src/errors.js';

describe('codeOf', () => {
  const named = (code: unknown, errno?: number) => Object.assign(new Error('x'), { code, errno });

  it('is the code of a system error', () => {
    expect(codeOf(named('ENOENT', -2))).toBe('ENOENT');
    expect(codeOf(new Error('x'))).toBeUndefined();
    expect(codeOf(named(7))).toBeUndefined();
    expect(codeOf('ENOENT')).toBeUndefined();
  });

  it.runIf(process.platform === 'linux').each([
    [122, 'EDQUOT'],
    [116, 'ESTALE'],
    [37, 'ENOLCK'],
  ])('names what Node does not: errno %i is %s', (errno, name) => {
    expect(codeOf(named(`Unknown system error -${errno}`, -errno))).toBe(name); // errno(3)
  });
});
