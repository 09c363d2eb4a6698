import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NetworkSettings } from '../../download/network.js';
import { readBounded } from '../../read-bounded.js';

/** Somewhere that wheels may be. */
export interface Place {
  /** An `index` has a page a project; `links` is one page, or one folder, of files. */
  readonly kind: 'index' | 'links';
  /**
   * Its scheme is https, http or file; no slash at the end. May hold credentials: show it through
   * `withoutCredentials` only.
   */
  readonly url: string;
}

/** Where Python packages are and how they are reached, as people have told pip. */
export interface PipSettings extends NetworkSettings {
  /** In the order to ask them: those on this machine first, since they cost nothing. */
  readonly places: readonly Place[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const mostBytes = 2 ** 20; // of a pip.conf
const pypi = 'https://pypi.org/simple';

/**
 * Reads the settings in pip's own order: its variables, its configuration files, PyPI. An index
 * that histo is told, by the flag or by `HISTO_INDEX_URL`, is the only place then.
 *
 * @param indexFlag What `--index-url` said, or null.
 * @param systemFile A test passes its own.
 */
export async function readPipSettings(
  indexFlag: string | null,
  environment: Environment = process.env,
  systemFile = '/etc/pip.conf',
): Promise<PipSettings> {
  const configured = await readPipConfiguration(environment, systemFile);
  const setting = (name: string) =>
    environment[`PIP_${name.toUpperCase().replaceAll('-', '_')}`] || configured.get(name) || null;
  const own = indexFlag || environment['HISTO_INDEX_URL'] || null;
  return {
    places: own !== null ? [placeOf('index', own)] : placesOfPip(setting),
    proxy: setting('proxy'),
    certificates:
      setting('cert') ||
      environment['REQUESTS_CA_BUNDLE'] ||
      environment['CURL_CA_BUNDLE'] ||
      environment['SSL_CERT_FILE'] ||
      null,
  };
}

function placesOfPip(setting: (name: string) => string | null): Place[] {
  const list = (name: string) => (setting(name) ?? '').split(/\s+/).filter((url) => url !== '');
  const isOffline = /^(1|true|yes|on)$/i.test(setting('no-index') ?? '');
  const indexes = isOffline ? [] : [setting('index-url') ?? pypi, ...list('extra-index-url')];
  const places = [
    ...list('find-links').map((url) => placeOf('links', url)),
    ...indexes.map((url) => placeOf('index', url)),
  ];
  const isHere = ({ url }: Place) => url.startsWith('file:');
  return [...places.filter(isHere), ...places.filter((place) => !isHere(place))];
}

function placeOf(kind: Place['kind'], text: string): Place {
  const isUrl = /^[a-z][a-z0-9+.-]*:/i.test(text);
  const url = isUrl ? text : pathToFileURL(resolve(text.replace(/^~(?=\/|$)/, homedir()))).href;
  return { kind, url: url.replace(/\/+$/, '') };
}

/** The settings of pip's files under `[global]` and `[install]`; later files win over earlier. */
async function readPipConfiguration(
  environment: Environment,
  systemFile: string,
): Promise<Map<string, string>> {
  const [global, install] = [new Map<string, string>(), new Map<string, string>()];
  for (const path of pipFiles(environment, systemFile)) {
    const text = await readBounded(path, mostBytes).catch(() => ''); // absent, or not for us to read
    for (const { section, key, value } of parsePipFile(text.toString())) {
      if (section === 'global') global.set(key, value);
      if (section === 'install') install.set(key, value);
    }
  }
  return new Map([...global, ...install]);
}

/** @see https://pip.pypa.io/en/stable/topics/configuration/#location */
function pipFiles(environment: Environment, systemFile: string): string[] {
  const home = environment['HOME'] ?? homedir();
  const own = environment['PIP_CONFIG_FILE'];
  if (own === '/dev/null') return [];
  const site = environment['VIRTUAL_ENV'];
  const shared = (environment['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':').reverse();
  const files = [
    ...shared.map((folder) => join(folder, 'pip', 'pip.conf')),
    systemFile,
    join(home, '.pip', 'pip.conf'),
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, 'Library', 'Application Support', 'pip', 'pip.conf'),
  ];
  if (site !== undefined) files.push(join(site, 'pip.conf'));
  if (own !== undefined && own !== '') files.push(own);
  return files;
}

/** @returns Every `key = value` of an ini file, keys in pip's form (`index-url`), lists on one line. */
export function parsePipFile(text: string): { section: string; key: string; value: string }[] {
  const settings: { section: string; key: string; value: string }[] = [];
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const last = settings.at(-1);
    if (/^\s+[^\s#;]/.test(line) && last !== undefined) {
      last.value += `${last.value === '' ? '' : ' '}${line.trim()}`; // goes on with the line before
      continue;
    }
    const heading = /^\[(.+)\]\s*$/.exec(line);
    if (heading !== null) section = (heading[1] ?? '').trim();
    const pair = /^([^\s#;[=:][^=:]*)[=:](.*)$/.exec(line);
    if (pair === null) continue;
    const [, name = '', value = ''] = pair;
    const key = name.trim().toLowerCase().replaceAll('_', '-');
    settings.push({ section, key, value: value.trim() });
  }
  return settings;
}
