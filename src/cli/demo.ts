import { Command } from 'commander';
import { demoText } from '../report/demo-text.js';
import type { Terminal } from '../terminal.js';

/** `histo demo`: the whole way on synthetic patches. */
export function demoCommand(terminal: Terminal, interruption: AbortSignal): Command {
  return new Command('demo')
    .description('Install the engine, make synthetic patches, train on them and evaluate')
    .argument('[folder]', 'where patches and results go', 'histo-demo')
    .action(async (folder: string) => {
      const { demo } = await import('../recipes/demo.js');
      terminal.result(demoText(await demo(folder, terminal, interruption)));
    });
}
