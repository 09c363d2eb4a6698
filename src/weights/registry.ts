import { isDigest, type KnownDigest } from '../download/file-digest.js';
import { UserError } from '../errors.js';
import type { ArchitectureName, Stride } from '../model/architecture.js';
import { imageNet, type Normalization } from '../model/preprocess.js';
import { nearestKey } from '../nearest-key.js';
import { quote } from '../quote.js';

/** Published weights of a backbone, with what is needed to fetch them and to use them rightly. */
export interface RegisteredWeights extends KnownDigest {
  /** Who publishes them, then what they are: `torchvision/resnet50.imagenet1k_v1`. */
  readonly name: string;
  readonly arch: ArchitectureName;
  /** Null where blocks are basic, which have one place for it. */
  readonly stride: Stride | null;
  /** Of the patches that they expect, red first. */
  readonly normalization: Normalization;
  /** SPDX identifier, as their source states it. */
  readonly licence: string;
  /** The name of their file in the cache and on a mirror; no other weights have it. */
  readonly file: string;
  readonly url: string;
  /** Null: not known. */
  readonly sizeBytes: number | null;
  /** The page that tells of them. */
  readonly source: string;
}

/*
 * Whole SHA-256 digests of torchvision's files, and their sizes, are here where several public projects
 * that had hashed them agreed; of the others there is what torchvision puts into the name of the file.
 * timm's are the object ids in its repositories, repeated by projects that pin them; Keras's MD5 stands in
 * keras/src/applications/resnet.py. 1aurent's is the object id, and the size, that the same file has at
 * kaczmarj/lymphnodes-tiatoolbox-resnet50.patchcamelyon, which states the input in [0, 1] too.
 */
const torchvisionFiles = [
  [
    'resnet18',
    'imagenet1k_v1',
    'f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec',
    46_830_571,
  ],
  ['resnet34', 'imagenet1k_v1', 'b627a593', null],
  [
    'resnet50',
    'imagenet1k_v1',
    '0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a',
    102_530_333,
  ],
  [
    'resnet50',
    'imagenet1k_v2',
    '11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca',
    102_540_417,
  ],
  ['resnet101', 'imagenet1k_v1', '63fe2227', null],
  ['resnet101', 'imagenet1k_v2', 'cd907fc2', null],
  ['resnet152', 'imagenet1k_v1', '394f9c45', null],
  ['resnet152', 'imagenet1k_v2', 'f82ba261', null],
] as const;

/** The weights that histo knows, by name. */
export const registry: readonly RegisteredWeights[] = [
  ...torchvisionFiles.map(([arch, training, digest, sizeBytes]): RegisteredWeights => {
    const file = `${arch}-${digest.slice(0, 8)}.pth`;
    return {
      name: `torchvision/${arch}.${training}`,
      arch,
      stride: arch === 'resnet18' || arch === 'resnet34' ? null : 'v1.5',
      normalization: imageNet,
      licence: 'BSD-3-Clause',
      file,
      url: `https://download.pytorch.org/models/${file}`,
      sizeBytes,
      algorithm: 'sha256',
      digest,
      source: 'https://pytorch.org/vision/stable/models.html',
    };
  }),
  ofHub('timm/resnet50.tv_in1k', {
    licence: 'BSD-3-Clause',
    sizeBytes: 102_469_840,
    digest: '5d061a3c593d795bfe682d9b152bafbcf550579873492def3515b46db1189888',
  }),
  ofHub('timm/resnet50.a1_in1k', {
    licence: 'Apache-2.0',
    sizeBytes: 102_469_840,
    digest: '773525d5821de224f8f30c33377b7a795d7863e08522698200d3217d3f2a41bb',
  }),
  {
    ...ofHub('1aurent/resnet50.tiatoolbox-pcam', {
      licence: 'CC0-1.0',
      sizeBytes: 94_289_936,
      digest: '8e7717b6965ab07cc06f8440255cf25d44433b42dc81e365bffca7d766b83778',
    }),
    normalization: { mean: [0, 0, 0], std: [1, 1, 1] },
  },
  {
    name: 'keras/resnet50.notop',
    arch: 'resnet50',
    stride: 'v1',
    // Keras subtracts Caffe's means of blue, green and red from bytes, and divides by nothing.
    normalization: {
      mean: [123.68 / 255, 116.779 / 255, 103.939 / 255],
      std: [1 / 255, 1 / 255, 1 / 255],
    },
    licence: 'MIT',
    file: 'resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5',
    url: 'https://storage.googleapis.com/tensorflow/keras-applications/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5',
    sizeBytes: 94_765_736,
    algorithm: 'md5',
    digest: '4d473c1dd8becc155b73f8504c6f6626',
    source: 'https://keras.io/api/applications/resnet/',
  },
];

/** A ResNet-50 of timm's kind in a repository of the Hugging Face Hub, which calls each file the same. */
function ofHub(
  name: string,
  known: Pick<RegisteredWeights, 'licence' | 'sizeBytes' | 'digest'>,
): RegisteredWeights {
  const source = `https://huggingface.co/${name}`;
  return {
    name,
    arch: 'resnet50',
    stride: 'v1.5',
    normalization: imageNet,
    file: `${name.replace('/', '-')}.safetensors`,
    url: `${source}/resolve/main/model.safetensors`,
    algorithm: 'sha256',
    source,
    ...known,
  };
}

/**
 * The weights of a name.
 *
 * @throws {UserError} If there are none; a near name is told.
 * @example registeredWeights('keras/resnet50.notop').stride // 'v1'
 */
export function registeredWeights(name: string): RegisteredWeights {
  const found = findRegistered(name);
  if (found !== null) return found;
  const near = nearestName(name);
  const remedy = near === null ? '"histo weights list" shows them' : `did you mean "${near}"?`;
  throw new UserError(
    `Cannot find weights ${quote(name)}: expected a name of the registry, got another; ${remedy}`,
  );
}

/** The weights of a name, or null. */
export function findRegistered(name: string): RegisteredWeights | null {
  return registry.find((weights) => weights.name === name) ?? null;
}

/** The weights whose file has this SHA-256, whatever its name; null if none are known to. */
export function registeredBytes(sha256: string): RegisteredWeights | null {
  const isOf = (weights: RegisteredWeights) =>
    weights.algorithm === 'sha256' && isDigest(weights, sha256);
  return registry.find(isOf) ?? null;
}

/** The name that a mistyped one most likely means, with or without who publishes it; null if none is near. */
export function nearestName(name: string): string | null {
  const names = registry.map((weights) => weights.name);
  const short = (whole: string) => whole.slice(whole.indexOf('/') + 1);
  const near = nearestKey(name, [...names, ...names.map(short)]);
  return names.find((whole) => whole === near || short(whole) === near) ?? null;
}

/** The weights that a training starts from where none are named; null: none suit the architecture. */
export function defaultWeights(arch: ArchitectureName): RegisteredWeights | null {
  return findRegistered(`torchvision/${arch}.imagenet1k_v1`);
}
