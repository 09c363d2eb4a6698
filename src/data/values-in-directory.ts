/**
 * How many values the first directory of a TIFF or BigTIFF says that its tags have, all in all. A directory
 * whose tags do not share their bytes has no more than the file has bytes.
 *
 * @returns Infinity where the directory does not end before the file does.
 * @see TIFF 6.0 specification, section 2
 */
export function valuesInDirectory(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = view.getUint8(0) === 0x49; // "I"
  const uint = {
    2: (at: number) => view.getUint16(at, isLittle),
    4: (at: number) => view.getUint32(at, isLittle),
    8: (at: number) => Number(view.getBigUint64(at, isLittle)),
  };
  const form =
    uint[2](2) === 43
      ? ({ offsetAt: 8, width: 8, countWidth: 8, entryBytes: 20 } as const)
      : ({ offsetAt: 4, width: 4, countWidth: 2, entryBytes: 12 } as const);
  if (bytes.length < form.offsetAt + form.width) return Number.POSITIVE_INFINITY;
  const start = uint[form.width](form.offsetAt);
  if (start + form.countWidth > bytes.length) return Number.POSITIVE_INFINITY;
  const first = start + form.countWidth;
  const end = first + form.entryBytes * uint[form.countWidth](start);
  if (end > bytes.length) return Number.POSITIVE_INFINITY;
  let values = 0;
  for (let at = first; at < end; at += form.entryBytes) values += uint[form.width](at + 4);
  return values;
}
