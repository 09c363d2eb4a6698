import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseRequired } from '../../../src/engine/install/choose-wheel.js';
import { requirementsOf, satisfies } from '../../../src/engine/install/requirements.js';
import { parseWheelName } from '../../../src/engine/install/wheel-name.js';
import { packageFolder } from '../../../src/package-folder.js';
import { testTarget } from './fake-wheel.js';

// The METADATA of tensorflow-2.21.0-cp310-cp310-manylinux_2_27_x86_64.whl, as PyPI has it, without
// its classifiers and links (Apache-2.0).
const metadata = readFileSync(
  join(packageFolder, 'test', 'fixtures', 'tensorflow-2.21.0-METADATA.txt'),
  'utf8',
);

/** Wheels of the index, of November 2026, in no order; what pip would choose is known. */
const offered = [
  'nvidia_cublas_cu12-12.9.2.10-py3-none-manylinux_2_27_x86_64.whl',
  'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_aarch64.whl',
  'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl',
  'nvidia_cublas_cu12-12.8.4.1-py3-none-manylinux_2_27_x86_64.whl',
  'nvidia_cublas_cu12-13.0.0.1-py3-none-manylinux_2_27_x86_64.whl',
  'nvidia_cublas_cu12-12.9.4.1-py3-none-win_amd64.whl',
  'nvidia_cublas_cu12-12.9.9.9rc1-py3-none-manylinux_2_27_x86_64.whl',
].map((file) => {
  const name = parseWheelName(file);
  if (name === null) throw new Error(file);
  return { file, name, isYanked: false };
});

describe('requirementsOf', () => {
  it("lists NVIDIA's wheels of TensorFlow's CUDA build, and nothing else", () => {
    expect(requirementsOf(metadata, 'and-cuda')).toEqual([
      { project: 'nvidia-cublas-cu12', range: '<13.0,>=12.5.3.2' },
      { project: 'nvidia-cuda-cupti-cu12', range: '<13.0,>=12.5.82' },
      { project: 'nvidia-cuda-nvcc-cu12', range: '<13.0,>=12.5.82' },
      { project: 'nvidia-cuda-nvrtc-cu12', range: '<13.0,>=12.5.82' },
      { project: 'nvidia-cuda-runtime-cu12', range: '<13.0,>=12.5.82' },
      { project: 'nvidia-cudnn-cu12', range: '<10.0,>=9.3.0.75' },
      { project: 'nvidia-cufft-cu12', range: '<12.0,>=11.2.3.61' },
      { project: 'nvidia-curand-cu12', range: '<11.0,>=10.3.6.82' },
      { project: 'nvidia-cusolver-cu12', range: '<12.0,>=11.6.3.83' },
      { project: 'nvidia-cusparse-cu12', range: '<13.0,>=12.5.1.3' },
      { project: 'nvidia-nccl-cu12', range: '<3.0,>=2.27.7' },
      { project: 'nvidia-nvjitlink-cu12', range: '<13.0,>=12.5.82' },
    ]);
  });

  it('reads no further than the headers, and older spellings', () => {
    const text = 'Requires-Dist: A_b (==1.0) ; extra == "x"\n\nRequires-Dist: c==1; extra == "x"';
    expect(requirementsOf(text, 'x')).toEqual([{ project: 'a-b', range: '==1.0' }]);
  });
});

describe('satisfies', () => {
  // As Python's own `packaging.specifiers.SpecifierSet.contains` says, version 24.
  const truth: [string, string, boolean][] = [
    ['12.9.1.4', '<13.0,>=12.5.3.2', true],
    ['13.0.0', '<13.0,>=12.5', false],
    ['12.5.3.1', '<13.0,>=12.5.3.2', false],
    ['12.5.3.2', '<13.0,>=12.5.3.2', true],
    ['2.10', '>=2.9', true],
    ['2.9', '>=2.10', false],
    ['1.4.5', '~=1.4.2', true],
    ['1.5.0', '~=1.4.2', false],
    ['1.9', '~=1.4', true],
    ['2.0', '~=1.4', false],
    ['12.9.7', '==12.9.*', true],
    ['12.90.7', '==12.9.*', false],
    ['12.9', '==12.9.0', true],
    ['12.9.1', '!=12.9.*', false],
    ['12.8', '!=12.9.*', true],
    ['1.0', '===1.0', true],
    ['1.0', '>1.0', false],
    ['1.0.1', '>1.0', true],
    ['1.0', '<=1.0', true],
    ['1.0', '', true],
  ];
  it.each(truth)('%s in "%s": %s', (version, range, expected) => {
    expect(satisfies(version, range)).toBe(expected);
  });

  it('takes nothing for a clause that it cannot read', () => {
    expect(satisfies('1.0', 'anything')).toBe(false);
  });
});

describe('chooseRequired', () => {
  const requirement = { project: 'nvidia-cublas-cu12', range: '<13.0,>=12.5.3.2' };

  it('takes the newest final version in the range, for this machine', () => {
    expect(chooseRequired(offered, requirement, testTarget, 'index').file).toBe(
      'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl',
    );
  });

  it('leaves out what was withdrawn', () => {
    const yanked = offered.map((wheel) => ({ ...wheel, isYanked: wheel.file.includes('12.9.3') }));
    const { file } = chooseRequired(yanked, requirement, testTarget, 'index');
    expect(file).toContain('12.9.2.10');
  });

  it('refuses an index without one', () => {
    const other = { project: 'nvidia-nccl-cu12', range: '<3.0' };
    expect(() => chooseRequired(offered, other, testTarget, 'https://x')).toThrow(
      'Cannot install the CUDA build: expected a wheel of nvidia-nccl-cu12<3.0 for linux x64 (glibc 2.36) in "https://x", got none: add it there, or install without --cuda',
    );
  });
});
