import type { CheckpointCard } from '../../../src/checkpoint/card.js';
import { encodeOnnx } from '../../../src/export/onnx/encode-onnx.js';
import { publicFacts } from '../../../src/export/web/public-facts.js';
import { webModel } from '../../../src/export/web/web-model.js';
import { writeWebPage } from '../../../src/export/web/write-web-page.js';
import type { StateDict } from '../../../src/model/state-dict.js';
import { smallCard } from '../small-nets.js';

/** A card with names in it that no page may tell. */
export const secretCard: CheckpointCard = {
  ...smallCard('bottlenecks, v1.5', { cropPx: 49 }, { youdenMargin: 0.25, temperature: 1.7 }),
  metrics: { epoch: 7, loss: 0.3, accuracy: 0.87, roc_auc: 0.94 },
  recipe: { labels: '/home/secret-path/train_labels.csv' },
  split: '3 patches of "secret-labels.csv" to train',
  slides: { train: ['secret-slide-1', 'secret-slide-2'], valid: ['secret-slide-3'] },
  leakage: {
    train_twins: 2,
    shared_slides: 0,
    examples: [{ id: 'secret-patch', kind: 'exact' }],
    text: 'secret-patch is on both sides',
  },
  lost: [{ id: 'secret-lost', path: '/secret-path', why: 'gone' }],
};

/** Writes the page of a small network. */
export async function writeSmallPage(
  folder: string,
  card: CheckpointCard,
  state: StateDict,
): Promise<void> {
  const facts = publicFacts(card, 'ab'.repeat(32));
  const model = encodeOnnx(webModel(card, state, facts));
  await writeWebPage(folder, { facts, network: 'small ResNet', model });
}
