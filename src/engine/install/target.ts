import { UserError } from '../../errors.js';
import type { EngineBuild } from '../native/folders.js';
import { compareVersions } from '../native/version.js';

/** The machine that an engine is installed for. */
export interface Target {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** The version of glibc on Linux, null elsewhere and with another C library. */
  readonly glibc: string | null;
}

/** This machine. */
export function thisTarget(): Target {
  return { platform: process.platform, arch: process.arch, glibc: glibcVersion() };
}

/**
 * The project of the Python index that holds TensorFlow for a machine.
 *
 * @throws {UserError} If there is none, or none with CUDA.
 */
export function projectFor(target: Target, build: EngineBuild): string {
  const { platform, arch } = target;
  const name = `${platform} ${arch}`;
  if (platform === 'linux' && target.glibc === null) {
    throw unsupported(`${name} without glibc`);
  }
  if (build === 'cuda') {
    if (platform === 'linux' && arch === 'x64') return 'tensorflow';
    throw new UserError(
      `Cannot install the CUDA build on ${name}: expected linux x64: leave out --cuda, or use "--engine wasm"`,
    );
  }
  if (platform === 'linux' && arch === 'x64') return 'tensorflow-cpu';
  if (platform === 'linux' && arch === 'arm64') return 'tensorflow';
  if (platform === 'darwin' && arch === 'arm64') return 'tensorflow';
  throw unsupported(name);
}

/** True if a wheel with one of these platform tags runs on the machine. */
export function suits(target: Target, tags: readonly string[]): boolean {
  return tags.some((tag) => tag === 'any' || suitsTag(target, tag));
}

function suitsTag(target: Target, tag: string): boolean {
  if (target.platform === 'darwin') return /^macosx_\d+_\d+_(arm64|universal2)$/.test(tag);
  const machine = target.arch === 'arm64' ? 'aarch64' : 'x86_64';
  if (target.platform !== 'linux' || !tag.endsWith(`_${machine}`)) return false;
  if (tag === `linux_${machine}`) return true;
  const [, name = '', version] = /^(manylinux(?:\d+|_(\d+_\d+)))_/.exec(tag) ?? [];
  const needed = version?.replace('_', '.') ?? glibcOf[name];
  return needed !== undefined && compareVersions(target.glibc ?? '0', needed) >= 0;
}

// PEP 600: what the older tags stand for.
const glibcOf: Readonly<Record<string, string>> = {
  manylinux1: '2.5',
  manylinux2010: '2.12',
  manylinux2014: '2.17',
};

function unsupported(name: string): UserError {
  return new UserError(
    `Cannot install a native engine on ${name}: expected linux x64, linux arm64 (both with glibc) or darwin arm64: use "--engine wasm", which needs no install`,
  );
}

function glibcVersion(): string | null {
  if (process.platform !== 'linux') return null;
  Object.assign(process.report, { excludeNetwork: true }); // no name look-ups for one figure
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime ?? null;
}
