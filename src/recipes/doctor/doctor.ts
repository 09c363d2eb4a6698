import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Engine, startEngine } from '../../engine/choose.js';
import { proveLibraries } from '../../engine/install/prove.js';
import { type Cpu, readCpu } from '../../engine/machine/cpu.js';
import { folderBytes } from '../../engine/machine/folder-bytes.js';
import { findNvidiaGpus } from '../../engine/machine/gpu.js';
import { findInstalledEngine, type InstalledEngine } from '../../engine/native/folders.js';
import { compareVersions } from '../../engine/native/version.js';
import { onnxRuntimeVersion } from '../../engine/onnx/onnx-session.js';
import { messageOf } from '../../errors.js';
import { freeBytesNear } from '../../free-disk.js';
import { silentTerminal, type Terminal } from '../../terminal.js';
import { cacheFolder } from '../../user-folders.js';
import { histoVersion } from '../../version.js';
import { checkDecoder, measureSpeed, type Speed } from './doctor-checks.js';

/** What the doctor found; its JSON form is that of `histo doctor --json`. */
export interface Diagnosis {
  /** True if training works here. */
  readonly fit: boolean;
  /** Why it does not. */
  readonly problems: readonly string[];
  readonly histo: string;
  readonly node: string;
  /** As in `linux x64`. */
  readonly platform: string;
  readonly cpu: Cpu;
  /** Null if none starts. */
  readonly engine: (Engine & { readonly folder: string | null }) | null;
  /** What can score beside it, as in `ONNX Runtime 1.30.0`; null: it is not installed. */
  readonly onnx: string | null;
  readonly gpu: Gpu;
  readonly cache: Cache;
  /** Null if no step could be made. */
  readonly speed: Speed | null;
}

/** Whether the engine computes on a GPU. */
export interface Gpu {
  readonly used: boolean;
  readonly names: readonly string[];
  /** Why it is not used; null if it is. */
  readonly reason: string | null;
}

/** The cache folder of this user. */
export interface Cache {
  readonly folder: string;
  readonly freeBytes: number;
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
}

const oldestNode = '20.19'; // "engines" of package.json says the same

/** What a test replaces. */
export interface DoctorSeams {
  readonly start: typeof startEngine;
  readonly measure: typeof measureSpeed;
}

/** Looks at everything that training needs, ending with two seconds of training itself. */
export async function diagnose(
  terminal: Terminal,
  interruption: AbortSignal,
  seams: DoctorSeams = { start: startEngine, measure: measureSpeed },
): Promise<Diagnosis> {
  const problems: string[] = [];
  const orProblem = async <T>(task: Promise<T>): Promise<T | null> =>
    task.catch((error: unknown) => {
      interruption.throwIfAborted();
      problems.push(messageOf(error));
      return null;
    });

  if (compareVersions(process.versions.node, oldestNode) < 0) {
    problems.push(`Node ${process.version} is too old: install Node ${oldestNode} or newer`);
  }
  await orProblem(checkDecoder());
  const installed = await orProblem(findInstalledEngine());
  // First in a process of its own: a library that does not suit the processor ends its process.
  const isOpening =
    installed === null || (await orProblem(proveLibraries(installed, interruption))) !== null;
  const engine =
    isOpening && problems.length === 0
      ? await orProblem(seams.start('auto', terminal.isVerbose ? terminal : silentTerminal))
      : null;
  const speed = engine && (await orProblem(seams.measure(engine, interruption)));

  return {
    fit: problems.length === 0,
    problems,
    histo: histoVersion,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: await readCpu(),
    engine: engine && { ...engine, folder: engine.name === 'native' ? folderOf(installed) : null },
    onnx: await onnxRuntimeVersion().catch(() => null),
    gpu: await lookAtGpu(engine, installed),
    cache: await lookAtCache(),
    speed,
  };
}

function folderOf(installed: InstalledEngine | null): string | null {
  return installed?.folder ?? null;
}

async function lookAtGpu(engine: Engine | null, installed: InstalledEngine | null): Promise<Gpu> {
  const { names, reason } = await findNvidiaGpus();
  if (engine?.device === 'CUDA') return { used: true, names, reason: null };
  if (reason !== null) return { used: false, names, reason };
  const why =
    installed?.build === 'cuda'
      ? 'TensorFlow cannot use it: "histo doctor --verbose" shows what it says'
      : 'the installed engine computes on the CPU only: run "histo engine install --cuda"';
  return { used: false, names, reason: why };
}

async function lookAtCache(): Promise<Cache> {
  const folder = cacheFolder();
  const names = (await readdir(folder).catch(() => [])).sort();
  const parts = await Promise.all(
    names.map(async (name) => ({ name, bytes: await folderBytes(join(folder, name)) })),
  );
  return { folder, freeBytes: await freeBytesNear(folder), parts };
}
