/**
 * A JPEG whose orientation, colour profile and notes no browser finds: the names of its segments APP1 to
 * APP13 are blanked. That of APP14 stays, as it says how the colours are stored.
 *
 * @param bytes The whole file; it is not changed.
 * @see ITU-T T.81, annex B, and Exif 2.32, section 4.5.4
 */
export function withoutMetadata(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const blanked = bytes.slice();
  const view = new DataView(blanked.buffer);
  for (let at = 2; at + 8 <= blanked.length && blanked[at] === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda) break; // the picture itself begins
    if (marker >= 0xe1 && marker <= 0xed) view.setUint32(at + 4, 0);
    at += 2 + view.getUint16(at + 2);
  }
  return blanked;
}
