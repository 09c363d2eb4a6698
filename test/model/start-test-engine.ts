import { type Engine, type EngineChoice, startEngine } from '../../src/engine/choose.js';
import { findInstalledEngine } from '../../src/engine/native/folders.js';
import { silentTerminal } from '../../src/terminal.js';

/** The engines that can run here: wasm always, the native one where it is installed. */
export const testEngines: readonly ('native' | 'wasm')[] =
  (await findInstalledEngine()) === null ? ['wasm'] : ['native', 'wasm'];

/** Starts an engine quietly; without a choice the faster one that can run here. */
export async function startTestEngine(choice: EngineChoice = 'auto'): Promise<Engine> {
  return startEngine(choice, silentTerminal);
}
