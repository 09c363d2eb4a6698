import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from './fake-wheel.js';

/** What a test may change of an index. */
export interface FakeIndexOptions {
  /** By file name. */
  readonly wheels: Readonly<Record<string, Buffer>>;
  /** PEP 691 or PEP 503; `json` unless told. */
  readonly form?: 'json' | 'html';
  /** The hash that the index claims; the true one unless told. Null leaves it out. */
  readonly claim?: (file: string, bytes: Buffer) => string | null;
  /** Answers the request for a wheel; `sendFile` unless told. */
  readonly serve?: (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => void;
}

/** A Python package index on this machine. */
export interface FakeIndex {
  /** Without a slash at the end. */
  readonly url: string;
  /** Every request so far: `GET /files/x.whl bytes=5-`. */
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

/** Starts an index for the project `tensorflow-cpu`. */
export async function startFakeIndex(options: FakeIndexOptions): Promise<FakeIndex> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const range = request.headers.range;
    requests.push([request.method, request.url, range].filter(Boolean).join(' '));
    const file = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    const bytes = options.wheels[file];
    if (request.url === '/simple/tensorflow-cpu/') sendPage(response, options);
    else if (bytes === undefined) response.writeHead(404).end('not here');
    else (options.serve ?? sendFile)(request, response, bytes);
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/simple`, requests, close };
}

/** Sends a file as a good server does: with its ETag, and from where the client asks. */
export function sendFile(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const etag = `"${sha256(bytes).slice(0, 8)}"`;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const ifRange = request.headers['if-range'];
  if (start === 0 || (ifRange !== undefined && ifRange !== etag)) {
    response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes);
  } else if (start >= bytes.length) {
    response.writeHead(416).end();
  } else {
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
    const headers = { etag, 'content-range': range, 'content-length': bytes.length - start };
    response.writeHead(206, headers).end(bytes.subarray(start));
  }
}

/** Sends the first bytes of what is asked for and cuts the connection. */
export function sendPart(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  count: number,
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const headers = { 'content-length': bytes.length - start };
  const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(start === 0 ? 200 : 206, start === 0 ? headers : { ...headers, ...range });
  response.write(bytes.subarray(start, start + count), () => {
    setTimeout(() => response.destroy(), 20); // after the bytes have gone out
  });
}

function sendPage(response: ServerResponse, options: FakeIndexOptions): void {
  const { wheels, form = 'json', claim = (_, bytes) => sha256(bytes) } = options;
  const files = Object.entries(wheels).map(([file, bytes]) => {
    return { file, size: bytes.length, hash: claim(file, bytes) };
  });
  if (form === 'html') {
    const links = files.map(({ file, hash }) => {
      const fragment = hash === null ? '' : `#sha256=${hash}`;
      return `<a href="../../files/${file}${fragment}">${file}</a><br/>`;
    });
    response.writeHead(200, { 'content-type': 'text/html' }).end(links.join('\n'));
    return;
  }
  const page = files.map(({ file, size, hash }) => ({
    filename: file,
    url: `../../files/${file}`,
    hashes: hash === null ? {} : { sha256: hash },
    size,
  }));
  const type = 'application/vnd.pypi.simple.v1+json';
  response.writeHead(200, { 'content-type': type }).end(JSON.stringify({ files: page }));
}
