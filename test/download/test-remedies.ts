import type { DownloadRemedies } from '../../src/download/network.js';

/** Ends of sentences that a test knows again. */
export const testRemedies: DownloadRemedies = {
  offline: 'go online',
  otherSource: 'ask elsewhere',
  wrongUrl: 'mend the URL',
};
