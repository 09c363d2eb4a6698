import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { EnvHttpProxyAgent, request } from 'undici';
import { codeOf, messageOf, UserError } from '../errors.js';
import { shortened } from '../quote.js';

/** An answer whose body has not been read yet: read it or destroy it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  /** Where the answer came from in the end, after redirects. */
  readonly url: string;
}

/** How servers are reached, beside what the environment says. */
export interface NetworkSettings {
  /** A proxy's URL; the usual variables (HTTPS_PROXY, …) count without it. */
  readonly proxy: string | null;
  /** A PEM file with certificates to trust beside Node's own. */
  readonly certificates: string | null;
}

/** What to try when a download fails, as the ends of sentences. */
export interface DownloadRemedies {
  /** Where no answer comes. */
  readonly offline: string;
  /** Where the server is not the right one. */
  readonly otherSource: string;
  /** Where the URL is none of http. */
  readonly wrongUrl: string;
}

/** HTTP as the user has set it up: proxies, certificates, credentials. */
export interface Network {
  /**
   * Asks for a URL and follows redirects.
   *
   * @throws {UserError} If an https URL leads to another scheme, or the redirects never end.
   */
  get(url: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 10;
const timeoutMs = 30_000; // of silence, not of the whole transfer

/**
 * Of a body that wait to be read before the server has to wait too. Where it then hangs up, undici 7 ends the
 * process; the disk that a body goes to is hardly ever so far behind.
 *
 * @see https://github.com/nodejs/undici/issues/5360 mended in undici 8, which needs Node 22
 */
const mostWaitingBytes = 2 ** 27;

/**
 * Opens the network with settings of its own over Node's.
 *
 * @param remedies What its refusals end with.
 * @throws {UserError} If the certificate file cannot be read, or the proxy is no URL.
 */
export async function openNetwork(
  settings: NetworkSettings,
  remedies: DownloadRemedies,
): Promise<Network> {
  const tls = await trustedCertificates(settings.certificates);
  const dispatcher = makeDispatcher(settings.proxy, tls);
  const credentials = new Map<string, string>(); // Authorization header by origin
  return {
    async get(url, headers, signal) {
      let current = parseUrl(url, remedies);
      for (let hops = 0; hops <= mostRedirects; hops++) {
        const authorization = takeCredentials(current, credentials);
        const answer = await request(current, {
          dispatcher,
          headers: { ...headers, ...(authorization && { authorization }) },
          highWaterMark: mostWaitingBytes,
          ...(signal && { signal }),
        });
        const target = answer.headers['location'];
        if (!redirects.has(answer.statusCode) || typeof target !== 'string') {
          return { ...answer, status: answer.statusCode, url: current.href };
        }
        answer.body.on('error', () => {}).destroy();
        current = redirected(current, target, remedies);
      }
      throw new UserError(
        `Cannot fetch "${withoutCredentials(url)}": expected an answer, got more than ${mostRedirects} redirects: ${remedies.otherSource}`,
      );
    },
    close: () => dispatcher.destroy(),
  };
}

/** A URL as it may be shown: without user name and password. */
export function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

/** Turns a network failure into the user's words; anything else stays as it is. */
export function explainNetworkError(
  url: string,
  error: unknown,
  { offline }: DownloadRemedies,
): unknown {
  const code = codeOf(error) ?? '';
  const cause = error instanceof Error ? error.cause : undefined;
  const isCertificate = /CERT|SIGNATURE|ISSUER/.test(code);
  const isNetwork =
    isCertificate ||
    (code !== 'UND_ERR_ABORTED' &&
      /^(UND_ERR|E(CONN|NOTFOUND|AI_|TIMEDOUT|HOST|NET|PIPE|PROTO)|ERR_(TLS|SSL)|HPE_)/.test(code));
  if (error instanceof UserError || !isNetwork) return error;
  const got = messageOf(error) || messageOf(cause) || code;
  const remedy = isCertificate
    ? "name your network's certificate file in NODE_EXTRA_CA_CERTS or PIP_CERT"
    : offline;
  return new UserError(
    `Cannot reach "${withoutCredentials(url)}": expected an answer, got ${got}: ${remedy}`,
    { cause: error },
  );
}

function redirected(from: URL, location: string, { otherSource }: DownloadRemedies): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : null;
  const allowed = from.protocol === 'http:' ? ['https:', 'http:'] : ['https:'];
  if (to !== null && allowed.includes(to.protocol)) return to;
  const target = shortened(withoutCredentials(to?.href ?? location));
  throw new UserError(
    `Cannot fetch "${withoutCredentials(from.href)}": expected an answer over ${from.protocol.slice(0, -1)}, got a redirect to "${target}": ${otherSource}`,
  );
}

function parseUrl(url: string, { wrongUrl }: DownloadRemedies): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol === 'https:' || parsed?.protocol === 'http:') return parsed;
  throw new UserError(
    `Cannot fetch "${withoutCredentials(url)}": expected a URL that begins with https:// or http://: ${wrongUrl}`,
  );
}

/** Moves user name and password out of the URL; they count for its whole origin from then on. */
function takeCredentials(url: URL, credentials: Map<string, string>): string | undefined {
  if (url.username !== '' || url.password !== '') {
    const pair = `${unescapeUrl(url.username)}:${unescapeUrl(url.password)}`;
    credentials.set(url.origin, `Basic ${Buffer.from(pair).toString('base64')}`);
    url.username = '';
    url.password = '';
  }
  return credentials.get(url.origin);
}

/** As `decodeURIComponent`; a percent sign that escapes nothing stays. */
function unescapeUrl(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) =>
    Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function makeDispatcher(proxy: string | null, tls: { ca?: string[] }): EnvHttpProxyAgent {
  const uri = proxy === null || proxy.includes('://') ? proxy : `http://${proxy}`;
  try {
    return new EnvHttpProxyAgent({
      ...(uri !== null && { httpProxy: uri, httpsProxy: uri }),
      connect: { ...tls, timeout: timeoutMs },
      requestTls: tls,
      proxyTls: tls,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  } catch (error) {
    throw new UserError(
      `Cannot use the proxy: expected a URL such as http://proxy.example:8080, got ${messageOf(error)}: correct HTTPS_PROXY or pip's proxy setting`,
      { cause: error },
    );
  }
}

async function trustedCertificates(file: string | null): Promise<{ ca?: string[] }> {
  if (file === null) return {}; // Node's own, with NODE_EXTRA_CA_CERTS
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  const alsoTrusted = extra ? [await readFile(extra, 'utf8').catch(() => '')] : [];
  try {
    return { ca: [...rootCertificates, ...alsoTrusted, await readFile(file, 'utf8')] };
  } catch (error) {
    throw new UserError(
      `Cannot read the certificates "${file}": ${messageOf(error)}: correct PIP_CERT or pip's cert setting`,
      { cause: error },
    );
  }
}
