/** What the page's own program must know of the model; the rest stands in the page as text. */
export interface PageFacts {
  /** Changes with every byte of the page; part of the addresses of its files. */
  readonly version: string;
  /** In the order of the logits. */
  readonly classNames: readonly string[];
  /** Side of the square that the network sees. */
  readonly cropPx: number;
  /** What logits are divided by. */
  readonly temperature: number;
  /** The first one holds until the reader chooses another. */
  readonly thresholds: readonly PageThreshold[];
  /** Of the page's files, for the progress of loading. */
  readonly modelBytes: number;
  readonly runtimeBytes: number;
}

/** From where on a patch is called by the second class. */
export interface PageThreshold {
  readonly title: string;
  /** Log-odds of the second class, before the temperature. */
  readonly margin: number;
  /** The same as a probability, after it. */
  readonly probability: number;
}
