import { createRequire } from 'node:module';

/**
 * Makes tfjs-core's ops differentiable in this thread; once is enough, more does no harm.
 *
 * The module is the one that scripts/bundle-tfjs-gradients.mjs makes: tfjs-core's build for Node
 * comes without its gradients.
 */
export function registerGradients(): void {
  createRequire(import.meta.url)('#tfjs-gradients');
}
