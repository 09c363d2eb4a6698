import { OutOfMemoryError } from '../out-of-memory-error.js';
import type { CApi, Pointer } from './c-api.js';

const RESOURCE_EXHAUSTED = 8; // of TF_Code

/** oneDNN's own `dnnl_out_of_memory`, which TensorFlow passes on as ABORTED. */
const oneDnnOutOfMemory = /received an exception:\s*Status: 1\b/;

/**
 * The one `TF_Status` that a thread hands to every call: each call sets it anew, so it must be
 * looked at before the next. Whoever made it deletes it.
 */
export class Status {
  readonly pointer: Pointer;

  constructor(private readonly api: CApi) {
    this.pointer = api.TF_NewStatus();
  }

  /**
   * @param act What the call was to do, as in `execute op`.
   * @param thing What it was done to.
   * @throws {OutOfMemoryError} If the last call failed for want of memory.
   * @throws {Error} With TensorFlow's own message, if it failed otherwise.
   */
  check(act: string, thing: string): void {
    if (this.api.TF_GetCode(this.pointer) !== 0) throw this.error(act, thing);
  }

  /** The last call's failure as an Error. */
  error(act: string, thing: string): Error {
    const message = this.api.TF_Message(this.pointer);
    const isOutOfMemory = this.api.TF_GetCode(this.pointer) === RESOURCE_EXHAUSTED;
    if (isOutOfMemory || oneDnnOutOfMemory.test(message)) {
      return new OutOfMemoryError(message.split('\n')[0] as string);
    }
    return new Error(`Cannot ${act} "${thing}": TensorFlow says: ${message}`);
  }

  delete(): void {
    this.api.TF_DeleteStatus(this.pointer);
  }
}
