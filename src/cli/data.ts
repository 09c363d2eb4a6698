import { Command, Option } from 'commander';
import type { DataFindings } from '../check/data-findings.js';
import { GateError, UserError } from '../errors.js';
import type { DataCheckOptions } from '../recipes/data-check.js';
import { dataCheckText } from '../report/data-check-text.js';
import type { Terminal } from '../terminal.js';

interface Flags {
  readonly labels: string;
  readonly images: string;
  readonly validLabels?: string;
  readonly validImages?: string;
  readonly testLabels?: string;
  readonly testImages?: string;
  readonly groupColumn?: string;
  readonly cache: 'disk' | 'off';
  readonly writeExclusions?: string;
  readonly out?: string;
  readonly strict?: true;
  readonly json?: true;
}

/** `histo data check`. */
export function dataCommand(terminal: Terminal, interruption: AbortSignal): Command {
  const data = new Command('data').description('look at data sets before they are trained on');
  data
    .command('check')
    .description('find twins, leaks between sets, contradicting labels and flawed patches')
    .requiredOption('--labels <file>', 'CSV with the columns id and label, of the training patches')
    .requiredOption('--images <folder>', 'folder with one patch an id')
    .option('--valid-labels <file>', 'labels of the validation patches')
    .option('--valid-images <folder>', 'their folder, if it is another one')
    .option('--test-labels <file>', 'labels of the test patches')
    .option('--test-images <folder>', 'their folder, if it is another one')
    .option('--group-column <name>', 'column of the labels that names the slide or patient')
    .addOption(
      new Option('--cache <place>', 'where decoded patches are kept: disk: for later runs too')
        .choices(['disk', 'off'])
        .default('off'),
    )
    .option(
      '--write-exclusions <file>',
      'CSV to write of training patches to leave out, for histo train --exclude',
    )
    .option('--out <folder>', 'write data-check.json and data-check.html, with pictures, there')
    .option('--strict', 'exit 3 if twins or slides are in several sets, or twins have both labels')
    .option('--json', 'print all findings as one JSON object')
    .action(async (flags: Flags) => {
      const { checkData } = await import('../recipes/data-check.js');
      const options: DataCheckOptions = {
        sets: setsOf(flags),
        groupColumn: flags.groupColumn ?? null,
        cache: flags.cache,
        writeExclusions: flags.writeExclusions ?? null,
        out: flags.out ?? null,
      };
      const findings = await checkData(options, terminal, interruption);
      terminal.result(flags.json ? JSON.stringify(findings) : dataCheckText(findings));
      if (flags.strict) refuseLeaks(findings);
    });
  return data;
}

function setsOf(flags: Flags): DataCheckOptions['sets'] {
  const { labels, images, validLabels, validImages, testLabels, testImages } = flags;
  return [
    { name: 'train', labels, images },
    ...furtherSet('valid', validLabels, validImages, images),
    ...furtherSet('test', testLabels, testImages, images),
  ];
}

function furtherSet(
  name: 'valid' | 'test',
  labels: string | undefined,
  ownImages: string | undefined,
  images: string,
): DataCheckOptions['sets'] {
  if (labels !== undefined) return [{ name, labels, images: ownImages ?? images }];
  if (ownImages === undefined) return [];
  throw new UserError(
    `Cannot check "${ownImages}": expected labels of its patches, got none; give --${name}-labels too`,
  );
}

function refuseLeaks({ leaks, label_conflicts, shared_slides }: DataFindings): void {
  if (leaks + label_conflicts + shared_slides.length === 0) return;
  throw new GateError(
    `The data are not sound: expected no twins or slides in several sets and no twins with both labels, got ${leaks}, ${shared_slides.length} and ${label_conflicts}`,
  );
}
