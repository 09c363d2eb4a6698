import type { DownloadRemedies } from '../../download/network.js';

/** What to try when a package index fails, as the ends of sentences. */
export const indexRemedies: DownloadRemedies = {
  offline:
    'check the network and the proxy (HTTPS_PROXY), set another index with HISTO_INDEX_URL, install from a file with "histo engine install --from FILE", or do without with "--engine wasm"',
  otherSource: 'choose another index with HISTO_INDEX_URL',
  wrongUrl:
    'set the index with HISTO_INDEX_URL, or install from files with "histo engine install --from DIR"',
};
