import type { Prediction } from '../../src/evaluate/prediction.js';
import { type RandomStream, randomStream } from '../../src/rng.js';

/** How much the slides of a simulation differ; standard deviations, in log-odds. */
export interface SlideSpread {
  /** Of the shift that all patches of a slide share in their scores. */
  readonly shift: number;
  /** Of the log-odds of tumour among a slide's patches. */
  readonly prevalence: number;
}

/**
 * Draws scored patches of slides that resemble each other within a slide: score = +-1.2 by class,
 * plus the slide's shift, plus noise of deviation 1.2.
 *
 * @param seed Names the draw.
 */
export function simulateSlides(
  { slides, patches }: { readonly slides: number; readonly patches: number },
  spread: SlideSpread,
  seed: number,
): Prediction[] {
  const random = randomStream(seed, 901);
  return Array.from({ length: slides }, (_, slide) => {
    const shift = spread.shift * normal(random);
    const prevalence = 1 / (1 + Math.exp(-spread.prevalence * normal(random)));
    return Array.from({ length: patches }, (__, patch): Prediction => {
      const label = random.nextUniform() < prevalence ? 1 : 0;
      const margin = (label === 1 ? 1.2 : -1.2) + shift + 1.2 * normal(random);
      const probability = 1 / (1 + Math.exp(-margin));
      return {
        id: `${slide}-${patch}`,
        label,
        probability,
        logits: [0, margin],
        group: `${slide}`,
      };
    });
  }).flat();
}

function normal(random: RandomStream): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.nextUniform()));
  return radius * Math.cos(2 * Math.PI * random.nextUniform());
}
