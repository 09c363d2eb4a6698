/** What a bench measured; speeds are medians over its rounds. */
export interface BenchReport {
  readonly arch: string;
  readonly batch_size: number;
  readonly crop: number;
  /** What large products were computed in. */
  readonly precision: string;
  readonly rounds: number;
  /** Augmentation, forward, backward and update of patches in memory, without decoding. */
  readonly train_patches_per_second: number;
  readonly inference_patches_per_second: number;
  /** Batches alone, of patches that are kept in memory; null without data. */
  readonly loader_patches_per_second: number | null;
  /** What the first training step takes beyond a later one: recording and compiling. */
  readonly recording_seconds: number;
  readonly peak_memory_bytes: number;
  readonly threads: number;
  readonly processor: string;
  /** Instructions of the processor; null where that cannot be told. */
  readonly features: Readonly<Record<string, boolean | null>>;
  readonly engine: string;
}

/** What `histo bench` says. */
export function benchText(speeds: BenchReport): string {
  const loader = speeds.loader_patches_per_second;
  return [
    `engine     ${speeds.engine}`,
    `processor  ${speeds.processor}, ${speeds.threads} threads`,
    `network    ${speeds.arch}, ${speeds.crop} px, batch ${speeds.batch_size}, ${speeds.precision}; median of ${speeds.rounds} rounds`,
    `training   ${speeds.train_patches_per_second} patches/s`,
    `scoring    ${speeds.inference_patches_per_second} patches/s`,
    `loader     ${loader === null ? 'not measured: give --labels and --images' : `${loader} patches/s`}`,
    `recording  ${speeds.recording_seconds.toFixed(1)} s, once a run`,
    `memory     ${(speeds.peak_memory_bytes / 2 ** 30).toFixed(1)} GiB at most`,
  ].join('\n');
}
