import { describe, expect, it } from 'vitest';
import { chooseTensorflow } from '../../../src/engine/install/choose-wheel.js';
import { projectFor, suits, type Target, thisTarget } from '../../../src/engine/install/target.js';
import { parseWheelName } from '../../../src/engine/install/wheel-name.js';
import { compareVersions, isFinalVersion } from '../../../src/engine/native/version.js';

const linux: Target = { platform: 'linux', arch: 'x64', glibc: '2.36' };
const arm: Target = { platform: 'linux', arch: 'arm64', glibc: '2.36' };
const mac: Target = { platform: 'darwin', arch: 'arm64', glibc: null };

// The wheels that PyPI has of TensorFlow 2.21.0 for Python 3.10, and one older.
const offered = [
  'tensorflow-2.21.0-cp310-cp310-macosx_12_0_arm64.whl',
  'tensorflow-2.21.0-cp310-cp310-manylinux_2_27_aarch64.whl',
  'tensorflow-2.21.0-cp310-cp310-manylinux_2_27_x86_64.whl',
  'tensorflow-2.21.0-cp310-cp310-win_amd64.whl',
  'tensorflow-2.20.0-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
].map(wheel);

function wheel(file: string) {
  const name = parseWheelName(file);
  if (name === null) throw new Error(file);
  return { file, name, isYanked: false };
}

describe('projectFor', () => {
  it('names the project that holds the build', () => {
    expect(projectFor(linux, 'cpu')).toBe('tensorflow-cpu');
    expect(projectFor(linux, 'cuda')).toBe('tensorflow');
    expect(projectFor(arm, 'cpu')).toBe('tensorflow');
    expect(projectFor(mac, 'cpu')).toBe('tensorflow');
  });

  it.each([
    [{ platform: 'win32', arch: 'x64', glibc: null }, 'win32 x64'],
    [{ platform: 'darwin', arch: 'x64', glibc: null }, 'darwin x64'],
    [{ platform: 'linux', arch: 'x64', glibc: null }, 'linux x64 without glibc'],
  ] as [Target, string][])('refuses %j', (target, name) => {
    expect(() => projectFor(target, 'cpu')).toThrow(
      `Cannot install a native engine on ${name}: expected linux x64`,
    );
  });

  it('refuses CUDA where there is none', () => {
    expect(() => projectFor(mac, 'cuda')).toThrow(
      'Cannot install the CUDA build on darwin arm64: expected linux x64: leave out --cuda, or use "--engine wasm"',
    );
  });
});

describe('chooseTensorflow', () => {
  it('takes the wheel for the machine', () => {
    const file = (target: Target) => chooseTensorflow(offered, '2.21.0', target, 'index').file;
    expect(file(linux)).toContain('manylinux_2_27_x86_64');
    expect(file(arm)).toContain('aarch64');
    expect(file(mac)).toContain('macosx');
  });

  it('takes the oldest Python of several, not by spelling', () => {
    const same = ['cp311', 'cp39', 'cp310'].map((python) =>
      wheel(`tensorflow-2.21.0-${python}-${python}-manylinux_2_27_x86_64.whl`),
    );
    expect(chooseTensorflow(same, '2.21.0', linux, 'index').name.python).toBe('cp39');
  });

  it('refuses a machine whose glibc is older than all wheels, naming what would do', () => {
    const old = { ...linux, glibc: '2.17' };
    expect(() => chooseTensorflow(offered, '2.21.0', old, 'index')).toThrow(
      'Cannot install TensorFlow "2.21.0": expected a wheel for linux x64 (glibc 2.17) in "index", got none: choose one of the newest there, 2.20.0, with --version',
    );
    const older = { ...linux, glibc: '2.5' };
    expect(() => chooseTensorflow(offered, '2.21.0', older, 'index')).toThrow(/--engine wasm/);
  });
});

describe('suits', () => {
  it('knows the tags', () => {
    expect(suits(linux, ['any'])).toBe(true);
    expect(suits(linux, ['manylinux2014_x86_64'])).toBe(true);
    expect(suits(linux, ['manylinux_2_39_x86_64'])).toBe(false);
    expect(suits(linux, ['musllinux_1_2_x86_64'])).toBe(false);
    expect(suits(linux, ['manylinux_2_5_i686', 'linux_x86_64'])).toBe(true);
    expect(suits(mac, ['macosx_10_15_universal2'])).toBe(true);
    expect(suits(mac, ['macosx_10_15_x86_64'])).toBe(false);
  });
});

describe('thisTarget', () => {
  it('tells the machine', () => {
    const { platform, glibc } = thisTarget();
    expect(platform).toBe(process.platform);
    if (glibc !== null) expect(glibc).toMatch(/^\d+\.\d+$/);
  });
});

describe('versions', () => {
  it('are ordered by value, candidates before their release (PEP 440)', () => {
    const ordered = ['2.9.1', '2.21.0rc0', '2.21.0rc1', '2.21.0', '2.21.0.1', '10.0'];
    for (const [i, version] of ordered.entries()) {
      for (const [j, other] of ordered.entries()) {
        expect(Math.sign(compareVersions(version, other))).toBe(Math.sign(i - j));
      }
    }
    expect(compareVersions('12.9', '12.9.0')).toBe(0);
  });

  it('are final without alpha, beta, candidate and dev', () => {
    expect(['2.21.0', '1.0.post1'].every(isFinalVersion)).toBe(true);
    expect(['2.21.0rc0', '2.0a1', '2.0.dev3', 'x'].some(isFinalVersion)).toBe(false);
  });
});
