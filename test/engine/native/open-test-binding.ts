import { type Binding, openBinding } from '../../../src/engine/native/binding.js';
import { findInstalledEngine } from '../../../src/engine/native/folders.js';
import { openLibrary, quietly } from '../../../src/engine/native/library.js';
import { silentTerminal } from '../../../src/terminal.js';

/** A binding to the installed TensorFlow; ask `hasNativeEngine` first. */
export async function openTestBinding(): Promise<Binding> {
  const installed = await findInstalledEngine();
  if (installed === null) throw new Error('Cannot open a binding: no engine is installed');
  const api = openLibrary(installed, silentTerminal);
  return quietly(silentTerminal, () => openBinding(api));
}
