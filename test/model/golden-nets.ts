import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { floatTensors, readSafetensors } from '../../src/checkpoint/safetensors.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { NamedArray, StateDict } from '../../src/model/state-dict.js';
import { sharedPath } from '../shared-data.js';

/** The nets that the reference figures were made with. */
export const goldenNets = {
  tiny_v1: { width: 8, block: 'bottleneck', blocks: [2, 1, 1, 2], stride: 'v1', hiddenUnits: 16 },
  tiny_v1_5: {
    width: 8,
    block: 'bottleneck',
    blocks: [2, 1, 1, 2],
    stride: 'v1.5',
    hiddenUnits: 16,
  },
  resnet50_v1: {
    width: 64,
    block: 'bottleneck',
    blocks: [3, 4, 6, 3],
    stride: 'v1',
    hiddenUnits: 512,
  },
} as const;

export type GoldenNet = keyof typeof goldenNets;

/** The architecture of a reference net; the figures were made without dropout. */
export function goldenArchitecture(net: GoldenNet): Architecture {
  return { ...goldenNets[net], classes: 2, dropout: 0 };
}

/** The backbone of a reference net, in torchvision's names. */
export async function goldenBackbone(net: GoldenNet): Promise<StateDict> {
  const path =
    net === 'resnet50_v1'
      ? sharedPath('weights', 'resnet50-v1-imagenet-int8.safetensors.gz')
      : sharedPath('golden', `${net}.safetensors`);
  return floatTensors(await readSafetensors(path));
}

/** The head's layers by their index in the reference, a torch Sequential. */
export const headLayers = { '2': 'head.bn1', '4': 'head.fc1', '6': 'head.bn2', '8': 'head.fc2' };

/** Backbone and head of a reference net, as a whole state. */
export async function goldenState(net: GoldenNet): Promise<StateDict> {
  const file = net === 'resnet50_v1' ? 'resnet50_head' : 'tiny_head';
  const head = floatTensors(await readSafetensors(sharedPath('golden', `${file}.safetensors`)));
  return new Map([
    ...(await goldenBackbone(net)),
    ...[...head].map(([name, array]): [string, NamedArray] => [headName(name), array]),
  ]);
}

/** `4.weight` -> `head.fc1.weight`. */
export function headName(name: string): string {
  const [index = '', ...rest] = name.split('.');
  return [headLayers[index as keyof typeof headLayers], ...rest].join('.');
}

/** The centre crops of Kaggle patches, [n, sizePx, sizePx, 3], red first. */
export async function goldenPixels(ids: readonly string[], sizePx: number): Promise<Uint8Array> {
  const left = sizePx === 96 ? 0 : 24; // torchvision: round half to even of (96 - 49) / 2
  const crops = ids.map((id) =>
    sharp(sharedPath('data', 'kaggle', 'train', `${id}.tif`))
      .removeAlpha()
      .extract({ left, top: left, width: sizePx, height: sizePx })
      .raw()
      .toBuffer(),
  );
  return Buffer.concat(await Promise.all(crops));
}

/** The same, RGB / 255, normalised with ImageNet's mean and deviation. */
export async function goldenImages(ids: readonly string[], sizePx: number): Promise<Float32Array> {
  return Float32Array.from(await goldenPixels(ids, sizePx), (value, at) => {
    const channel = at % 3;
    return (value / 255 - (mean[channel] ?? 0)) / (deviation[channel] ?? 1);
  });
}

const mean = [0.485, 0.456, 0.406];
const deviation = [0.229, 0.224, 0.225];

/** A name for a set of arrays that changes with any bit of them. */
export function digestOf(state: StateDict): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of state) {
    hash.update(`${name} ${shape.join(',')} `).update(new Uint8Array(data.buffer));
  }
  return hash.digest('hex');
}
