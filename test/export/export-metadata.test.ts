import { describe, expect, it } from 'vitest';
import { cardSchema } from '../../src/checkpoint/card.js';
import { exportMetadata } from '../../src/export/export-metadata.js';
import { parseJson } from '../../src/parse-json.js';
import { histoVersion } from '../../src/version.js';
import { tinyCheckpoint } from '../fuzz/tiny-checkpoint.js';

const { card } = tinyCheckpoint;

describe('exportMetadata', () => {
  it('says classes, preprocessing and where the network comes from', () => {
    const said = exportMetadata(card, 'ab12', 'patches');
    expect(said.class_names).toBe('normal,tumour');
    expect(parseJson(said.preprocessing)).toEqual({
      crop_px: 49,
      channels: 'rgb',
      mean: [0.5, 0.5, 0.4],
      std: [0.2, 0.2, 0.2],
      input:
        '8-bit RGB patches as they are on disk, of 49 x 49 px or more; the network itself cuts the centre out and normalises it',
    });
    expect(parseJson(said.provenance)).toEqual({
      exported_by: `histo ${histoVersion}`,
      trained_by: 'histo 0.1.0',
      checkpoint_sha256: 'ab12',
      data_digest: 'abc',
      split: 'stratified, seed 0',
      metrics: { roc_auc: 0.9 },
      threshold_chosen_on: "validation patches, Youden's",
    });
  });

  it('keeps the whole card, which histo reads back', () => {
    const { histo } = exportMetadata(card, '', 'patches');
    expect(cardSchema.parse(parseJson(histo))).toEqual(card);
  });

  it('gives the threshold as a probability, after the temperature', () => {
    // margin -0.25 at temperature 1.5: 1 / (1 + e^(1/6))
    expect(Number(exportMetadata(card, '', 'patches').threshold)).toBeCloseTo(0.4584295168, 9);
    const chosen = { youdenMargin: null, temperature: null };
    expect(exportMetadata({ ...card, chosen }, '', 'patches').threshold).toBe('0.5');
  });

  it('says of a bare network what its first layer sees, swapped channels too', () => {
    const inputOf = (channels: 'rgb' | 'bgr') => {
      const preprocessing = { ...card.preprocessing, channels };
      const said = exportMetadata({ ...card, preprocessing }, '', 'images');
      return (parseJson(said.preprocessing) as { input: string }).input;
    };
    expect(inputOf('rgb')).toBe(
      'the central 49 x 49 px of an 8-bit RGB patch, red first, as (value / 255 - mean) / std in float32',
    );
    expect(inputOf('bgr')).toContain('blue first, mean and std in the order given');
  });
});
