import type { PageThreshold } from '../../src/export/web/page-facts.js';
import type { ListedPatch } from './listed-patch.js';

/** A row of the table, and the address of its picture. */
export interface PatchRow {
  readonly patch: ListedPatch;
  readonly element: HTMLElement;
  /** Says by which class the patch is called. */
  judge(threshold: PageThreshold): void;
  /** Gives the picture back. */
  release(): void;
}

/** The row of a patch: its picture with the square that the network saw, and what it says. */
export function patchRow(patch: ListedPatch, classNames: readonly string[]): PatchRow {
  const { id, probability, timeMs, notice } = patch;
  const address = URL.createObjectURL(patch.picture);
  const verdict = cell('verdict', '');
  const says = cell('probability', probability.toFixed(4), meter(probability));
  const name = cell('id', id, ...(notice === null ? [] : [textElement('small', notice)]));
  name.setAttribute('role', 'rowheader');
  const time = cell('time', `${timeMs < 10 ? timeMs.toFixed(1) : timeMs.toFixed(0)} ms`);
  const element = document.createElement('tr');
  element.setAttribute('role', 'row');
  element.append(cell('look', '', picture(patch, address)), name, says, verdict, time);
  return {
    patch,
    element,
    judge: (threshold) => {
      const isSecond = patch.margin >= threshold.margin;
      verdict.textContent = classNames[isSecond ? 1 : 0] ?? '';
      verdict.className = `verdict class ${isSecond ? 'tumour' : 'normal'}`;
    },
    release: () => URL.revokeObjectURL(address),
  };
}

function picture({ id, crop, widthPx, heightPx }: ListedPatch, address: string) {
  const frame = document.createElement('span');
  frame.className = 'picture';
  const image = new Image(widthPx, heightPx);
  Object.assign(image, { loading: 'lazy', decoding: 'async', alt: `Patch ${id}`, src: address });
  const square = document.createElement('i');
  const places = {
    '--x': crop.x / widthPx,
    '--y': crop.y / heightPx,
    '--w': crop.sizePx / widthPx,
    '--h': crop.sizePx / heightPx,
  };
  for (const [property, share] of Object.entries(places)) {
    square.style.setProperty(property, `${100 * share}%`);
  }
  frame.append(image, square);
  return frame;
}

function meter(probability: number): HTMLElement {
  const line = document.createElement('span');
  line.className = 'meter';
  line.setAttribute('aria-hidden', 'true');
  line.style.setProperty('--at', `${100 * probability}%`);
  line.append(document.createElement('i'));
  return line;
}

function cell(className: string, text: string, ...children: readonly HTMLElement[]): HTMLElement {
  const element = document.createElement('td');
  element.className = className;
  element.setAttribute('role', 'cell');
  element.append(text, ...children);
  return element;
}

function textElement(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
