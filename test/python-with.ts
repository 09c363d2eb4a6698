import { spawnSync } from 'node:child_process';

/**
 * A Python that can import these modules: that of HISTO_TEST_PYTHON, or `python3`. Null where neither
 * can, which is said on standard error: tests that need it skip.
 *
 * @example const torch = pythonWith('torch', 'safetensors')
 */
export function pythonWith(...modules: readonly string[]): string | null {
  for (const python of [process.env['HISTO_TEST_PYTHON'], 'python3']) {
    if (python === undefined) continue;
    const { status } = spawnSync(python, ['-c', `import ${modules.join(', ')}`]);
    if (status === 0) return python;
  }
  process.stderr.write(
    `NOT compared with ${modules.join(' and ')} of Python: none has it; set HISTO_TEST_PYTHON to one that has\n`,
  );
  return null;
}
