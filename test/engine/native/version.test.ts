import { describe, expect, it } from 'vitest';
import { compareVersions, isFinalVersion } from '../../../src/engine/native/version.js';

describe('compareVersions', () => {
  it('orders numbers by value, and candidates before their release', () => {
    const ordered = ['2.9.1', '2.10', '2.21.0a1', '2.21.0b2', '2.21.0rc1', '2.21.0rc12', '2.21.0'];
    const shuffled = [...ordered].reverse().sort(compareVersions);
    expect(shuffled).toEqual(ordered);
  });

  it('takes missing parts for zeros', () => {
    expect(compareVersions('2.21', '2.21.0')).toBe(0);
  });

  it('takes what is no version for the oldest', () => {
    expect(compareVersions('unknown', '0.0.1')).toBeLessThan(0);
  });
});

describe('isFinalVersion', () => {
  it.each(['2.21.0', '2.9', '2.21.0.post1'])('is true of %s', (version) => {
    expect(isFinalVersion(version)).toBe(true);
  });

  it.each(['2.21.0rc1', '2.22.0a1', '2.22.0b2', '2.22.0.dev20260101', 'nightly', ''])(
    'is false of "%s"',
    (version) => {
      expect(isFinalVersion(version)).toBe(false);
    },
  );
});
