import { inject } from 'vitest';

/** Why the native engine is not there, as test/ensure-native-engine.ts found; null if it is. */
export const nativeEngineFault = inject('nativeEngineFault');

/** For `describe.skipIf(!hasNativeEngine)`: false where the engine could not be installed. */
export const hasNativeEngine = nativeEngineFault === null;
