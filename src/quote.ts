const longest = 60; // characters

/**
 * What came from outside as a message shows it: as JSON, short, with control characters escaped.
 *
 * @example quote('a\nb') // '"a\\nb"'
 */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  return shortened(String(typeof value === 'number' ? value : JSON.stringify(value))); // JSON has no Infinity
}

/**
 * The start of a text that is too long for a message.
 *
 * @param most Characters.
 */
export function shortened(text: string, most = longest): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
