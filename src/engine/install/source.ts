import { showBytes } from '../../show-bytes.js';
import type { Terminal } from '../../terminal.js';
import type { EngineBuild } from '../native/folders.js';
import { requireSpace } from './disk-space.js';
import { nvidiaMembers, tensorflowMembers } from './needed-members.js';
import type { Target } from './target.js';
import { measureWheel, type Placement, unpackWheel } from './wheel.js';

/** What an engine was made from, for its `engine.json`. */
export interface SourceFile {
  readonly file: string;
  readonly sha256: string;
}

/** Where an engine comes from. */
export interface Source {
  /** Null if only the opened library can tell. */
  readonly version: string | null;
  /** Puts `tensorflow/` and, for CUDA, `nvidia/` into an empty folder. */
  fill(folder: string): Promise<readonly SourceFile[]>;
  /** Called once the engine stands. */
  cleanUp(): Promise<void>;
}

/** What every source needs to know of the machine and of what is wanted. */
export interface SourceContext {
  readonly build: EngineBuild;
  /** The index's project that holds TensorFlow for this machine and build. */
  readonly project: string;
  readonly target: Target;
  readonly terminal: Terminal;
  readonly freeBytes: (folder: string) => Promise<number>;
  readonly signal?: AbortSignal;
}

/** A wheel on this machine. */
export interface LocalWheel extends SourceFile {
  readonly path: string;
  readonly project: string;
}

/** Unpacks TensorFlow's wheel and those of NVIDIA after having seen to it that there is room. */
export async function unpackWheels(
  wheels: readonly LocalWheel[],
  folder: string,
  context: SourceContext,
): Promise<void> {
  const placements = wheels.map(
    ({ project }): Placement =>
      project === context.project
        ? tensorflowMembers(context.target.platform)
        : nvidiaMembers(project),
  );
  let bytes = 0;
  for (const [i, { path }] of wheels.entries()) {
    bytes += await measureWheel(path, placements[i] as Placement);
  }
  await requireSpace(folder, bytes, context.freeBytes);
  context.terminal.note(`Unpacking ${showBytes(bytes)}`);
  for (const [i, { path }] of wheels.entries()) {
    await unpackWheel(path, folder, placements[i] as Placement, context.signal);
  }
}
