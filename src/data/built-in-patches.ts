import { join } from 'node:path';
import { packageFolder } from '../package-folder.js';

/** The folder of eight real patches of 96 x 96 px that come with histo, to run networks on. */
export const builtInPatches = join(packageFolder, 'assets', 'patches');
