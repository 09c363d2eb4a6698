import { isMainThread } from 'node:worker_threads';
import { messageOf, UserError } from '../../errors.js';
import type { Terminal } from '../../terminal.js';
import { bindCApi, type CApi } from './c-api.js';
import { limitArenas } from './c-heap.js';
import { koffi } from './koffi.js';
import { withQuietStderr } from './quiet-stderr.js';

/** The two files of an installed TensorFlow, as `findInstalledEngine` names them. */
export interface LibraryFiles {
  /** Path of libtensorflow_cc, which exports TensorFlow's C API. */
  readonly library: string;
  /** Path of libtensorflow_framework, which the other needs. */
  readonly framework: string;
}

const RTLD_NOW = 2;
// Global: the second library finds the symbols of the first. No-delete: without it the process
// crashes when it ends, since threads of TensorFlow's outlive the library.
const RTLD_GLOBAL = process.platform === 'darwin' ? 0x8 : 0x100;
const RTLD_NODELETE = process.platform === 'darwin' ? 0x80 : 0x1000;

// Not through process.env, which in a worker thread is a copy that TensorFlow does not see.
const setenv: (name: string, value: string, overwrite: 0 | 1) => number = koffi
  .load(null)
  .func('int setenv(const char *, const char *, int)');

const isLogLevelOfUser = process.env['TF_CPP_MIN_LOG_LEVEL'] !== undefined;

let opened: { readonly library: string; readonly api: CApi } | null = null;

/**
 * Opens TensorFlow's libraries (about a second) and gives their C API. They stay open until the
 * process ends; a second call gives the same again.
 *
 * @throws {UserError} If the files cannot be opened here, or are not a TensorFlow with a C API.
 * @throws {Error} If another TensorFlow was opened before in this thread.
 */
export function openLibrary(files: LibraryFiles, terminal: Terminal): CApi {
  if (opened !== null && opened.library !== files.library) {
    throw new Error(
      `Cannot open "${files.library}": expected one TensorFlow in a process, got a second after "${opened.library}"`,
    );
  }
  opened ??= { library: files.library, api: quietly(terminal, () => open(files)) };
  return opened.api;
}

/**
 * Runs an action of TensorFlow's without its start-up chatter, unless the user asked to see it, by
 * `--verbose` or by setting TF_CPP_MIN_LOG_LEVEL.
 */
export function quietly<T>(terminal: Terminal, action: () => T): T {
  if (terminal.isVerbose || isLogLevelOfUser) return action();
  setenv('TF_CPP_MIN_LOG_LEVEL', '3', 1);
  return isMainThread ? withQuietStderr(action) : action();
}

function open({ framework, library }: LibraryFiles): CApi {
  limitArenas();
  const process_ = koffi.load(null);
  // By itself TensorFlow uses oneDNN only on CPUs with AVX-512 VNNI, but others gain by it too:
  // without it the gradients of convolutions took up to twice as long. A user's own choice stays.
  setenv('TF_ENABLE_ONEDNN_OPTS', '1', 0);
  const dlopen: (path: string, mode: number) => number = process_.func(
    'uintptr_t dlopen(const char *, int)',
  );
  const dlerror: () => string | null = process_.func('const char *dlerror()');
  for (const path of [framework, library]) {
    if (dlopen(path, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE) === 0) {
      throw unusable(library, dlerror() ?? 'no reason given');
    }
  }
  try {
    return bindCApi(library);
  } catch (error) {
    throw unusable(library, messageOf(error), error);
  }
}

function unusable(library: string, reason: string, cause?: unknown): UserError {
  return new UserError(
    `Cannot open "${library}": expected a TensorFlow for ${process.platform} ${process.arch}, got: ${reason}: run "histo engine install" again, or use --engine wasm`,
    { cause },
  );
}
