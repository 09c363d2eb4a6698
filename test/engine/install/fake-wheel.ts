import { createHash, randomBytes } from 'node:crypto';
import type { Target } from '../../../src/engine/install/target.js';
import { type ZipMember, zipBytes } from './zip-bytes.js';

/** The machine that the wheels below are for, whatever the tests run on. */
export const testTarget: Target = { platform: 'linux', arch: 'x64', glibc: '2.36' };

/** The file name of the fake TensorFlow wheel of a version. */
export function fakeWheelName(version = '2.21.0'): string {
  return `tensorflow_cpu-${version}-cp310-cp310-manylinux_2_27_x86_64.whl`;
}

/** A wheel with the members of TensorFlow's that matter, and some that do not; about 64 kB. */
export function fakeWheel(more: readonly ZipMember[] = []): Buffer {
  return zipBytes([
    { name: 'tensorflow/__init__.py', data: 'import os' },
    { name: 'tensorflow/include/tensorflow/c/c_api.h', data: '#pragma once' },
    { name: 'tensorflow/libtensorflow_cc.so.2', data: randomBytes(65_536), mode: 0o100755 },
    { name: 'tensorflow/libtensorflow_framework.so.2', data: 'framework', mode: 0o100755 },
    { name: 'tensorflow/THIRD_PARTY_NOTICES.txt', data: 'notices' },
    { name: 'tensorflow_cpu-2.21.0.dist-info/LICENSE', data: 'Apache' },
    { name: 'tensorflow_cpu-2.21.0.dist-info/METADATA', data: 'Name: tensorflow-cpu\n' },
    ...more,
  ]);
}

/** In hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
