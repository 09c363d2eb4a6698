/** A float32 array with its shape, in torch's layout: OIHW for convolutions, [out, in] for linear. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Parameters and running statistics by torchvision's names, such as `layer1.0.conv1.weight`. */
export type StateDict = ReadonlyMap<string, NamedArray>;
