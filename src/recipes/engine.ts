import { type InstallOptions, installEngine } from '../engine/install/install.js';
import { proveLibraries } from '../engine/install/prove.js';
import { removeEngine } from '../engine/install/remove.js';
import { folderBytes } from '../engine/machine/folder-bytes.js';
import {
  findInstalledEngine,
  type InstalledEngine,
  listInstalledEngines,
} from '../engine/native/folders.js';
import { onnxRuntimeVersion } from '../engine/onnx/onnx-session.js';
import { showBytes } from '../show-bytes.js';
import type { Terminal } from '../terminal.js';

/** Installs a native engine and says where it is. */
export async function installEngineAndTell(
  options: InstallOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<void> {
  const engine = await installEngine(options, terminal, interruption);
  terminal.result(`${nameOf(engine)} is installed in ${engine.folder}`);
}

/** Tells which native engines are installed, the one in use first. */
export async function listEngines(isJson: boolean, terminal: Terminal): Promise<void> {
  const used = await findInstalledEngine();
  const installed = await listInstalledEngines();
  const isForeign = used !== null && !installed.some(({ folder }) => folder === used.folder);
  const engines = await Promise.all(
    (isForeign ? [used, ...installed] : installed).map(async (engine) => ({
      version: await versionOf(engine),
      build: engine.build,
      folder: engine.folder,
      bytes: await folderBytes(engine.folder),
      inUse: engine.folder === used?.folder,
    })),
  );
  if (isJson) {
    terminal.result(JSON.stringify(engines, null, 2));
    return;
  }
  if (engines.length === 0) {
    terminal.result('No native engine is installed: run "histo engine install"');
  }
  const onnx = await onnxRuntimeVersion().catch(() => null);
  if (onnx !== null) terminal.note(`${onnx} is installed with histo, to score with: --engine onnx`);
  for (const engine of engines) {
    const use = engine.inUse ? ', in use' : '';
    terminal.result(`${nameOf(engine)}, ${showBytes(engine.bytes)}${use}: ${engine.folder}`);
  }
}

/** A folder of the user's own has no card: opening its libraries tells, for about a second. */
async function versionOf(engine: InstalledEngine): Promise<string> {
  if (engine.version !== 'unknown') return engine.version;
  return proveLibraries(engine).catch(() => 'unknown');
}

/**
 * Removes engines.
 *
 * @param which Versions, with or without their build; none means the only one there is.
 * @throws {UserError} If one of them is not installed; then none is removed.
 */
export async function removeEngines(
  which: readonly string[] | 'all',
  terminal: Terminal,
): Promise<void> {
  const removed = await removeEngine(which);
  for (const engine of removed) terminal.result(`Removed ${nameOf(engine)} from ${engine.folder}`);
  if (removed.length === 0) terminal.result('No native engine was installed');
}

function nameOf({ version, build }: Pick<InstalledEngine, 'version' | 'build'>): string {
  return `TensorFlow ${version} (${build})`;
}
