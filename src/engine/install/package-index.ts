import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { explainNetworkError, type Network, withoutCredentials } from '../../download/network.js';
import { codeOf, messageOf, UserError } from '../../errors.js';
import { parseJson } from '../../parse-json.js';
import { readBounded } from '../../read-bounded.js';
import { indexRemedies } from './index-remedies.js';
import type { Place } from './pip-settings.js';
import { parseWheelName, type WheelName } from './wheel-name.js';

/** A wheel that an index offers. */
export interface IndexWheel {
  readonly file: string;
  readonly name: WheelName;
  readonly url: string;
  readonly place: Place;
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly isYanked: boolean;
}

/** An index that was reached does not have the project. */
export class UnknownProjectError extends UserError {}

const accept =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';
const mostBytes = 64 * 2 ** 20; // PyPI's longest pages are a tenth of it

/**
 * The wheels that a place offers of a project.
 *
 * An index is read in the JSON form of its simple API (PEP 691), or the HTML one (PEP 503) where a
 * mirror has no other; a page of links is HTML, a folder of links holds the files themselves.
 *
 * @throws {UnknownProjectError} If the place does not have the project.
 * @throws {UserError} If the place is not reached or answers nonsense.
 */
export async function fetchWheels(
  network: Network,
  place: Place,
  project: string,
  signal?: AbortSignal,
): Promise<IndexWheel[]> {
  const page = place.kind === 'index' ? `${place.url}/${project}/` : place.url;
  const { files, url } = page.startsWith('file:')
    ? await readLocalPage(page)
    : await fetchFiles(network, page, signal);
  return files.flatMap(({ file, href, ...rest }) => {
    const name = parseWheelName(file);
    if (name?.project !== project || !URL.canParse(href, url)) return [];
    return [{ file, name, place, url: new URL(href, url).href, ...rest }];
  });
}

async function fetchFiles(network: Network, page: string, signal?: AbortSignal) {
  const { text, type, url } = await fetchPage(network, page, signal).catch((error: unknown) => {
    throw explainNetworkError(page, error, indexRemedies);
  });
  return { files: type.includes('json') ? parseJsonPage(text, page) : parseHtmlPage(text), url };
}

/** A page on this machine: an HTML file, a folder with an `index.html`, or a folder of files. */
async function readLocalPage(page: string): Promise<{ files: PageFile[]; url: string }> {
  try {
    const path = fileURLToPath(page);
    if (!(await stat(path)).isDirectory()) {
      return { files: parseHtmlPage(await readPage(path)), url: page };
    }
    const names = await readdir(path);
    const url = pathToFileURL(join(path, '/')).href;
    if (names.includes('index.html')) {
      return { files: parseHtmlPage(await readPage(join(path, 'index.html'))), url };
    }
    return { files: names.map((file) => listedFile(file, encodeURIComponent(file))), url };
  } catch (error) {
    throw new (codeOf(error) === 'ENOENT' ? UnknownProjectError : UserError)(
      `Cannot read "${page}": expected a Python package index or a folder of wheels, got ${codeOf(error) ?? messageOf(error)}: correct pip's settings, or set an index with HISTO_INDEX_URL`,
      { cause: error },
    );
  }
}

async function readPage(path: string): Promise<string> {
  return (await readBounded(path, mostBytes)).toString('utf8');
}

function listedFile(file: string, href: string): PageFile {
  return { file, href, sha256: null, sizeBytes: null, isYanked: false };
}

async function fetchPage(network: Network, page: string, signal?: AbortSignal) {
  const answer = await network.get(page, { accept, 'accept-encoding': 'identity' }, signal);
  if (answer.status !== 200) {
    answer.body.on('error', () => {}).destroy();
    const isUnknown = answer.status === 404;
    const remedy = isUnknown
      ? 'set an index that has it with HISTO_INDEX_URL'
      : indexRemedies.offline;
    throw new (isUnknown ? UnknownProjectError : UserError)(
      `Cannot read "${withoutCredentials(page)}": expected the package index to answer 200, got ${answer.status}: ${remedy}`,
    );
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw notAnIndex(page, 'a page without end');
    chunks.push(chunk);
  }
  const type = String(answer.headers['content-type'] ?? '');
  return { text: Buffer.concat(chunks).toString('utf8'), type, url: answer.url };
}

interface PageFile {
  readonly file: string;
  readonly href: string;
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly isYanked: boolean;
}

const jsonPage = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.object({
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/i)
          .optional(),
      }),
      size: z.number().int().nonnegative().nullish(),
      yanked: z.union([z.boolean(), z.string()]).nullish(),
    }),
  ),
});

function parseJsonPage(text: string, page: string): PageFile[] {
  let files: z.infer<typeof jsonPage>['files'];
  try {
    files = jsonPage.parse(parseJson(text)).files;
  } catch (error) {
    throw notAnIndex(page, 'JSON of another kind', error);
  }
  return files.map((file) => ({
    file: file.filename,
    href: file.url,
    sha256: file.hashes.sha256?.toLowerCase() ?? null,
    sizeBytes: file.size ?? null,
    isYanked: file.yanked !== undefined && file.yanked !== null && file.yanked !== false,
  }));
}

/** @returns The files that a PEP 503 page links; the hash stands in the link's fragment. */
export function parseHtmlPage(text: string): PageFile[] {
  return [...text.matchAll(/<a\s([^<>]*)>([^<]*)<\/a>/gi)].flatMap(
    ([, attributes = '', label = '']) => {
      const match = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
      const href = unescapeHtml(match?.[1] ?? match?.[2] ?? '');
      const sha256 = /(?:^|&)sha256=([0-9a-f]{64})(?![0-9a-f])/i.exec(fragmentOf(href))?.[1];
      const isYanked = /\bdata-yanked\b/i.test(attributes);
      return href === ''
        ? []
        : [
            {
              ...listedFile(unescapeHtml(label).trim(), href),
              sha256: sha256?.toLowerCase() ?? null,
              isYanked,
            },
          ];
    },
  );
}

function fragmentOf(href: string): string {
  const mark = href.indexOf('#');
  return mark < 0 ? '' : href.slice(mark + 1);
}

function unescapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    lt: '<',
    gt: '>',
    quot: '"',
    '#39': "'",
    amp: '&',
  };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name] ?? '');
}

function notAnIndex(page: string, got: string, cause?: unknown): UserError {
  return new UserError(
    `Cannot read "${withoutCredentials(page)}": expected a Python package index (simple API), got ${got}: correct HISTO_INDEX_URL or pip's index-url`,
    { cause },
  );
}
