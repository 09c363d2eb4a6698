import { pipeline } from 'node:stream/promises';
import { type Options, parse } from 'csv-parse';
import { OddFileError } from './file-fault.js';
import { openToRead, tooLarge } from './read-bounded.js';

const mostBytes = 2 ** 28;
const mostRecords = 2 ** 22; // some 200 bytes of memory each
const longestRecord = 2 ** 20; // characters

/**
 * Streams the records of a CSV file as cells, without its byte order mark. What is no table of patches is
 * refused before it fills the memory: more than 256 MiB or 4,194,304 records, or a record above a million
 * characters, such as a file of one line has.
 *
 * @throws {CsvError} If it is no CSV.
 * @throws {OddFileError} If it is too large, no text in UTF-8, or may never come to an end.
 * @throws {Error} Of the file system.
 */
export async function* csvRecords(
  path: string,
  options: Pick<Options, 'trim' | 'skip_empty_lines' | 'relax_column_count'>,
): AsyncGenerator<string[]> {
  const file = await openToRead(path, mostBytes);
  const parser = parse({ ...options, bom: true, max_record_size: longestRecord });
  const reading = pipeline(file.createReadStream(), checked, parser);
  reading.catch(() => {}); // the parser below throws the same error
  let records = 0;
  try {
    for await (const cells of parser) {
      if (++records > mostRecords) {
        throw new OddFileError(`got more than ${mostRecords} rows: split it into smaller files`);
      }
      yield cells as string[];
    }
  } finally {
    await file.close();
  }
}

/** Passes on what is text of a bearable length. */
async function* checked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const isText = textCheck();
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    if (!isText(chunk)) {
      throw new OddFileError(
        'got NUL characters, or bytes that are not UTF-8: save it as text in UTF-8',
      );
    }
    yield chunk;
  }
}

/** UTF-16 is known by its byte order mark, which UTF-8 cannot have, or by its zero bytes. */
function textCheck(): (chunk: Buffer) => boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (chunk) => {
    try {
      decoder.decode(chunk, { stream: true });
      return !chunk.includes(0);
    } catch {
      return false;
    }
  };
}
