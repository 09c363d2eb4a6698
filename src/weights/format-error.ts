/** Why the bytes of a file are not what its format asks for, and the remedy; told after the file's name. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
