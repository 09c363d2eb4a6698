import { describe, expect, it } from 'vitest';
import { fileFault } from '../src/file-fault.js';

describe('fileFault', () => {
  it('tells what to do about a refusal of the file system', () => {
    const error = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(fileFault(error)).toBe('permission denied: make it readable for you');
  });

  it('says nothing of other errors', () => {
    expect(fileFault(new Error('a bug'))).toBeUndefined();
    expect(fileFault('a bug')).toBeUndefined();
  });
});
