import { Command } from 'commander';
import { UserError } from '../errors.js';
import { installEngineAndTell, listEngines, removeEngines } from '../recipes/engine.js';
import type { Terminal } from '../terminal.js';

/** `histo engine install|list|remove`. */
export function engineCommand(terminal: Terminal, interruption: AbortSignal): Command {
  const engine = new Command('engine').description(
    'install, list or remove the native engine (TensorFlow), in the cache folder of this user',
  );
  engine
    .command('install')
    .description('download TensorFlow from the Python package index, verify it, try it, keep it')
    .option('--cuda', 'the build for NVIDIA GPUs, with the libraries of NVIDIA that it needs')
    .option(
      '--version <version>',
      'a version of TensorFlow other than the one histo is tested with',
    )
    .option(
      '--from <path>',
      'a wheel, a folder of wheels or one with tensorflow/ unpacked: no network',
    )
    .option('--index-url <url>', "a Python package index other than pip's own setting or PyPI")
    .action(async (options: InstallFlags) => {
      const { cuda, version, from, indexUrl } = options;
      const wanted = {
        build: cuda === true ? 'cuda' : 'cpu',
        version: version ?? null,
        from: from ?? null,
        index: indexUrl ?? null,
      } as const;
      await installEngineAndTell(wanted, terminal, interruption);
    });
  engine
    .command('list')
    .description('list the installed engines, the one in use first')
    .option('--json', 'as JSON')
    .action((options: { json?: true }) => listEngines(options.json === true, terminal));
  engine
    .command('remove')
    .description('remove installed engines')
    .argument('[version...]', 'a version (2.21.0) or a version with its build (2.21.0-cuda)')
    .option('--all', 'all of them, and what is left of downloads')
    .action((versions: string[], { all }: { all?: true }) => {
      if (all && versions.length > 0) {
        throw new UserError(
          `Cannot remove engine "${versions.join(' ')}": expected versions or --all, got both: leave one of them out`,
        );
      }
      return removeEngines(all ? 'all' : versions, terminal);
    });
  return engine;
}

interface InstallFlags {
  readonly cuda?: true;
  readonly version?: string;
  readonly from?: string;
  readonly indexUrl?: string;
}
