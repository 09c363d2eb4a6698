// Holds the native engine's binding against the specs that tfjs-core publishes in its own package,
// run as tfjs-node's own tests run them. Ends in exit code 1 if a spec fails that tfjs-node's
// compiled addon passes on the same TensorFlow (all but those of test/tfjs/addon-fails.json).
//
//   node scripts/test-tfjs.mjs [--filter TEXT] [--addon FILE.node]
//
// --filter runs only specs whose name holds the text. --addon takes a compiled addon in place of
// our binding and writes addon-fails.json anew.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const load = createRequire(import.meta.url);
const { values: flags } = parseArgs({
  options: { addon: { type: 'string' }, filter: { type: 'string' } },
});

const listFile = join(root, 'test', 'tfjs', 'addon-fails.json');
const print = (text) => process.stdout.write(`${text}\n`);

const specs = await bundleSpecs();
process.env.TF_ENABLE_ONEDNN_OPTS = '1'; // as the list was made; its ops take on more than others
globalThis.tensorflowBinding = flags.addon ? load(resolve(flags.addon)) : await openOurs();
const outcome = await runSpecs(specs);
const isGood = flags.addon ? await writeList(outcome) : await judge(outcome);
print(`${outcome.passed.length} passed, ${outcome.failed.length} failed`);
process.exit(isGood ? 0 : 1);

/** tfjs-core's specs and tfjs-node's backend in one file, over one copy of tfjs-core. */
async function bundleSpecs() {
  const folder = join(root, 'node_modules', '.cache', 'histo');
  await mkdir(folder, { recursive: true });
  const entry = `
    import * as tf from '@tensorflow/tfjs-core';
    import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
    import '@tensorflow/tfjs-core/dist/register_all_gradients';
    import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
    const { NodeJSKernelBackend } = require('./dist/tfjs-node-backend/index.cjs');
    const newBackend = () => new NodeJSKernelBackend(tensorflowBinding, '@tensorflow/tfjs-node');
    tf.registerBackend('tensorflow', newBackend, 3);
    tf.setBackend('tensorflow');
    setTestEnvs([{ name: 'tensorflow', backendName: 'tensorflow', flags: {}, isDataSync: true }]);
    require('@tensorflow/tfjs-core/dist/tests');
  `;
  const outfile = join(folder, 'tfjs-core-specs.cjs');
  await build({
    stdin: { contents: entry, resolveDir: root },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    ignoreAnnotations: true, // the package calls its own specs free of side effects
    external: ['jasmine-core/*'],
    logLevel: 'error',
    plugins: [{ name: 'callable-class', setup: makeKernelBackendCallable }],
  });
  return outfile;
}

/** tfjs-node is ES5, whose classes call the class above them: the specs' tfjs-core is ES2017. */
function makeKernelBackendCallable(bundle) {
  bundle.onLoad({ filter: /tfjs-core\/dist\/backends\/backend\.js$/ }, async ({ path }) => {
    const text = await readFile(path, 'utf8');
    const declaration = 'export class KernelBackend {';
    if (!text.includes(declaration)) throw new Error(`Cannot find "${declaration}" in "${path}"`);
    const contents = `${text.replace(declaration, 'class KernelBackendClass {')}
      export function KernelBackend() {}
      KernelBackend.prototype = KernelBackendClass.prototype;`;
    return { contents };
  });
}

async function openOurs() {
  const native = join(root, 'dist', 'src', 'engine', 'native');
  const { findInstalledEngine } = await import(join(native, 'folders.js'));
  const { openLibrary } = await import(join(native, 'library.js'));
  const { openBinding } = await import(join(native, 'binding.js'));
  const installed = await findInstalledEngine();
  if (installed === null) {
    console.error(
      'Cannot run the specs: expected an installed TensorFlow, got none: run "histo engine install"',
    );
    process.exit(2);
  }
  const terminal = { result() {}, note() {}, isInteractive: false, isVerbose: false };
  return openBinding(openLibrary(installed, terminal));
}

async function runSpecs(file) {
  const Jasmine = load('jasmine');
  const jasmine = new Jasmine();
  jasmine.loadConfig({ random: false });
  jasmine.exitOnCompletion = false;
  jasmine.clearReporters();
  const outcome = { passed: [], failed: [], skipped: [] };
  jasmine.addReporter({
    specDone({ status, fullName, failedExpectations }) {
      if (status === 'passed') outcome.passed.push(fullName);
      else if (status === 'failed') {
        outcome.failed.push({ name: fullName, message: failedExpectations[0]?.message ?? '' });
      } else outcome.skipped.push(fullName);
    },
  });
  const { filter } = flags;
  if (filter) {
    jasmine.env.configure({ specFilter: (spec) => spec.getFullName().includes(filter) });
  }
  muteConsole();
  load(file);
  await jasmine.execute();
  return outcome;
}

/** tfjs warns of every op that the specs provoke it with. */
function muteConsole() {
  for (const name of ['log', 'info', 'warn', 'error']) console[name] = () => {};
}

/** Whether all specs passed that the addon passes; tells of those that did not. */
async function judge({ passed, failed, skipped }) {
  const list = JSON.parse(await readFile(listFile, 'utf8'));
  const known = new Set(list.specs);
  const unexpected = failed.filter(({ name }) => !known.has(name));
  for (const { name, message } of unexpected) print(`FAILED ${name}\n  ${message}`);
  const isWhole = flags.filter !== undefined || passed.length >= list.passed;
  if (!isWhole) print(`Expected at least ${list.passed} specs to pass, as with tfjs-node's addon`);
  print(
    `${unexpected.length} of the failed specs pass with tfjs-node's own addon, ${failed.length - unexpected.length} fail with it too (test/tfjs/addon-fails.json); tfjs-core itself leaves out ${skipped.length}`,
  );
  return unexpected.length === 0 && isWhole;
}

async function writeList({ passed, failed }) {
  const list = JSON.parse(await readFile(listFile, 'utf8'));
  list.passed = passed.length;
  list.specs = failed.map(({ name }) => name).sort();
  await writeFile(listFile, `${JSON.stringify(list, null, 2)}\n`);
  return true;
}
