import { createRequire } from 'node:module';

type Koffi = typeof import('koffi').default;

/** Calls C from JavaScript: the module that scripts/bundle-koffi.mjs makes. */
export const { default: koffi } = createRequire(import.meta.url)('#koffi') as { default: Koffi };
