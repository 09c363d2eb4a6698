import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../errors.js';

/** The two libraries of an engine. */
export interface Libraries {
  readonly library: string;
  readonly framework: string;
}

/**
 * Proves that libraries can be used here, and tells TensorFlow's version.
 *
 * @throws {UserError} If they cannot.
 */
export type Proof = (libraries: Libraries, signal?: AbortSignal) => Promise<string>;

const timeoutMs = 180_000; // a gigabyte from a slow network disk

// Plain JavaScript for a process of its own: this file is TypeScript under the tests. The modes
// are those of src/engine/native/library.ts, where they are explained.
const script = `
const [koffiUrl, framework, library] = process.argv.slice(1);
const { default: koffi } = (await import(koffiUrl)).default;
const isMac = process.platform === 'darwin';
const libc = koffi.load(null);
const dlopen = libc.func('void *dlopen(const char *, int)');
const dlerror = libc.func('const char *dlerror()');
for (const path of [framework, library]) {
  if (!dlopen(path, 2 | (isMac ? 0x8 : 0x100) | (isMac ? 0x80 : 0x1000))) {
    process.stdout.write(JSON.stringify({ error: dlerror() }));
    process.exit(0);
  }
}
const version = koffi.load(library).func('const char *TF_Version()');
process.stdout.write(JSON.stringify({ version: version() }));
`;

/**
 * Opens the libraries once in a fresh process and asks for their version. A fresh one, since a
 * library that does not suit the machine may end the process that opens it.
 */
export const proveLibraries: Proof = async ({ library, framework }, signal) => {
  const koffiUrl = pathToFileURL(createRequire(import.meta.url).resolve('#koffi')).href;
  const answer = await new Promise<{ stdout: string; stderr: string; failure: Error | null }>(
    (done) => {
      execFile(
        process.execPath,
        ['--input-type=module', '--eval', script, '--', koffiUrl, framework, library],
        { timeout: timeoutMs, ...(signal && { signal }) },
        (failure, stdout, stderr) => done({ failure, stdout, stderr }),
      );
    },
  );
  signal?.throwIfAborted();
  const found = parseAnswer(answer.stdout);
  if (found.version !== undefined) return found.version;
  const signalName = (answer.failure as { signal?: string } | null)?.signal;
  const got =
    found.error ??
    (signalName
      ? `a process ended by ${signalName} (perhaps this processor is too old for it)`
      : lastLine(answer.stderr));
  throw new UserError(
    `Cannot open "${library}": expected a TensorFlow that runs on this machine, got ${got}: try another --version, or use "--engine wasm"`,
    { cause: answer.failure },
  );
};

function parseAnswer(text: string): { version?: string; error?: string } {
  try {
    return JSON.parse(text) as { version?: string; error?: string };
  } catch {
    return {}; // the process died before it could answer
  }
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /Error|error/.test(line))?.trim() ?? lines.at(-1) ?? 'no answer';
}
