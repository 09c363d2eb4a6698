/**
 * The colours of pages and plots. Tumour and normal differ in hue (orange, blue) and stay apart in
 * every common colour blindness; text reaches a contrast of 4.5 on its ground.
 */
export const lightPalette = {
  ground: '#fcfbf8',
  surface: '#ffffff',
  ink: '#1c1d22',
  soft: '#595d68',
  rule: '#dcd8ce',
  grid: '#ebe8e0',
  accent: '#54398f',
  tumour: '#b8480f',
  normal: '#1d66a8',
  warning: '#9b1c1c',
  tint: '#f4f1ea',
} as const;

export type Colour = keyof typeof lightPalette;

export const darkPalette: Readonly<Record<Colour, string>> = {
  ground: '#14151a',
  surface: '#1b1d23',
  ink: '#ebe9e3',
  soft: '#a6aab5',
  rule: '#353842',
  grid: '#272a32',
  accent: '#b9a4f0',
  tumour: '#f2955e',
  normal: '#74b4ee',
  warning: '#ff9c94',
  tint: '#202229',
};

/** A palette as CSS variables. */
export function paletteCss(palette: Readonly<Record<Colour, string>>): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ');
}
