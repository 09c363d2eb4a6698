import type { PageFacts, PageThreshold } from '../../src/export/web/page-facts.js';
import { countText } from '../../src/report/count-text.js';
import { byId, onChoice } from './elements.js';
import { keepOffline } from './keep-offline.js';
import { chosenFiles, droppedFiles, type PatchFile } from './patch-files.js';
import { PatchTable } from './patch-table.js';
import { sampleFiles } from './sample-files.js';
import { probabilitiesCsv, saveCsv } from './save-csv.js';
import { ScoringQueue } from './scoring-queue.js';
import { startScorer } from './start-scorer.js';
import { summaryText } from './summary.js';

// The program of the page: files come in, the queue scores them, the table shows them.

const facts = JSON.parse(document.body.dataset['facts'] ?? '') as PageFacts;
const table = new PatchTable(byId<HTMLTableElement>('patches'), facts);
let threshold = facts.thresholds[0] as PageThreshold;
let added = 0;

if (location.protocol === 'file:') {
  document.body.classList.add('is-unserved');
} else {
  void open();
}

async function open(): Promise<void> {
  const scorer = startScorer(facts, (share) => {
    byId<HTMLProgressElement>('loaded').value = share;
  });
  const queue = new ScoringQueue(scorer, facts.temperature, {
    onScored: (patch) => table.add(patch),
    onRefused: tellRefused,
    onProgress: showProgress,
  });
  takeFiles((files) => {
    if (files.length === 0) return;
    added += files.length;
    document.body.classList.add('has-patches');
    queue.add(files);
  });
  takeCommands(queue);
  const state = byId('state');
  try {
    await scorer;
    document.body.classList.add('is-ready');
    state.textContent = 'Ready';
    if (await keepOffline()) state.textContent = 'Ready, without a network too';
  } catch (error) {
    document.body.classList.add('is-broken');
    state.textContent = `Cannot load the model: ${(error as Error).message}; load the page again`;
  }
}

function takeFiles(add: (files: readonly PatchFile[]) => void): void {
  for (const id of ['files', 'folder']) {
    const input = byId<HTMLInputElement>(id);
    input.addEventListener('change', () => {
      add(chosenFiles(input.files as FileList));
      input.value = ''; // so that the same files can be chosen again
    });
  }
  const samples = byId('samples');
  samples.addEventListener('click', async () => {
    add(await sampleFiles(samples.querySelectorAll('img')));
  });
  // Anywhere on the page: a file dropped beside the mark would take the page's place.
  addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('is-over');
  });
  addEventListener('dragleave', () => document.body.classList.remove('is-over'));
  addEventListener('drop', async (event) => {
    event.preventDefault();
    document.body.classList.remove('is-over');
    if (event.dataTransfer !== null) add(await droppedFiles(event.dataTransfer));
  });
}

function takeCommands(queue: ScoringQueue): void {
  onChoice(byId('thresholds'), (value) => {
    threshold = facts.thresholds[Number(value)] as PageThreshold;
    table.judge(threshold);
    showSummary();
  });
  onChoice(byId('views'), (value) => {
    byId('patches').classList.toggle('gallery', value === 'pictures');
  });
  byId('save').addEventListener('click', () => {
    saveCsv('predictions.csv', probabilitiesCsv(table.patches));
  });
  byId('clear').addEventListener('click', () => {
    queue.clear();
    table.clear();
    added = 0;
    byId('refusals').replaceChildren();
    byId('refused').hidden = true;
    document.body.classList.remove('has-patches');
  });
}

function tellRefused(message: string): void {
  const item = document.createElement('li');
  item.textContent = message;
  byId('refusals').append(item);
  byId('refused').hidden = false;
}

function showProgress(waiting: number): void {
  const summary = byId('summary');
  summary.setAttribute('aria-busy', String(waiting > 0)); // it is read out once all is done
  const done = byId<HTMLProgressElement>('done');
  done.value = added === 0 ? 1 : (added - waiting) / added;
  if (waiting === 0) showSummary();
  else summary.textContent = `${countText(added - waiting)} of ${countText(added)}`;
}

function showSummary(): void {
  byId('summary').textContent = summaryText(table.patches, facts, threshold);
}
