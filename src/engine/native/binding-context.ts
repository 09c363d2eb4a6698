import type { CApi, Pointer } from './c-api.js';
import type { Status } from './status.js';

/** Where TensorFlow runs ops at once, one by one. Whoever opened it calls `TFE_DeleteContext`. */
export interface EagerContext {
  readonly pointer: Pointer;
  /** The full name of the device that tensors go to: the last GPU, else the CPU. */
  readonly device: string;
  readonly isGpu: boolean;
}

// ConfigProto { gpu_options (6) { allow_growth (4): true } }, serialized: without it TensorFlow
// takes the GPU's whole memory at once.
const CONFIG = Uint8Array.of(0x32, 0x02, 0x20, 0x01);

/**
 * Opens an eager context; on the first of the process TensorFlow looks for GPUs.
 *
 * @throws {Error} If TensorFlow cannot make one.
 */
export function openContext(api: CApi, status: Status): EagerContext {
  const options = api.TFE_NewContextOptions();
  try {
    api.TFE_ContextOptionsSetConfig(options, CONFIG, CONFIG.byteLength, status.pointer);
    status.check('configure', 'TensorFlow context');
    const pointer = api.TFE_NewContext(options, status.pointer);
    status.check('open', 'TensorFlow context');
    return { pointer, ...chooseDevice(api, pointer, status) };
  } finally {
    api.TFE_DeleteContextOptions(options);
  }
}

function chooseDevice(api: CApi, context: Pointer, status: Status) {
  const list = api.TFE_ContextListDevices(context, status.pointer);
  status.check('list devices of', 'TensorFlow context');
  try {
    const devices = Array.from({ length: api.TF_DeviceListCount(list) }, (_, index) => {
      const type = api.TF_DeviceListType(list, index, status.pointer);
      status.check('read device', String(index));
      const name = api.TF_DeviceListName(list, index, status.pointer);
      status.check('read device', String(index));
      return { type, name };
    });
    const gpu = devices.findLast(({ type }) => type === 'GPU');
    const cpu = devices.findLast(({ type }) => type === 'CPU');
    return { device: (gpu ?? cpu)?.name ?? '', isGpu: gpu !== undefined };
  } finally {
    api.TF_DeleteDeviceList(list);
  }
}
