/*
 * C0 but tab and line feed, DEL, C1; marks that turn the direction of writing; separators of lines.
 * What terminals act upon, and what lets a text look like another one.
 */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A text as it may go to a terminal: its lines stay, whatever else a terminal would act upon is shown as
 * its number. Ids, names and messages come from files, and nobody's file may move the cursor, rename the
 * window or answer in the user's place.
 *
 * @example printable('a\x1b[2Jb') // 'a\\u001b[2Jb'
 * @see Unicode TR 36, section 2.8 (bidirectional text), and CVE-2021-42574
 */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(unprintable, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
