/** An element of the page, which its writer has put there. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`Cannot find the element "${id}" of the page`);
  return element as T;
}

/** Calls back with the value of the radio button of a group that is chosen, now and at each change. */
export function onChoice(group: HTMLElement, call: (value: string) => void): void {
  const chosen = () => group.querySelector<HTMLInputElement>('input:checked')?.value ?? '';
  group.addEventListener('change', () => call(chosen()));
  call(chosen());
}
