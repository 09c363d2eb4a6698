import { Command } from 'commander';
import { UnfitError } from '../errors.js';
import type { Terminal } from '../terminal.js';

/** `histo doctor`. */
export function doctorCommand(terminal: Terminal, interruption: AbortSignal): Command {
  return new Command('doctor')
    .description('tell whether this machine can train and how fast; exit code 1 if it cannot')
    .option('--json', 'one JSON object on standard output')
    .action(async (options: { json?: true }) => {
      const { diagnose } = await import('../recipes/doctor/doctor.js');
      const { diagnosisText } = await import('../recipes/doctor/doctor-text.js');
      const diagnosis = await diagnose(terminal, interruption);
      terminal.result(
        options.json === true ? JSON.stringify(diagnosis, null, 2) : diagnosisText(diagnosis),
      );
      if (!diagnosis.fit) {
        throw new UnfitError(`Training would not work here: ${diagnosis.problems[0]}`);
      }
    });
}
