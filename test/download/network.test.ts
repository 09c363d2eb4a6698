import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openNetwork, withoutCredentials } from '../../src/download/network.js';
import { UserError } from '../../src/errors.js';
import { testRemedies } from './test-remedies.js';

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function get(url: string, proxy: string | null = null): Promise<string> {
  const network = await openNetwork({ proxy, certificates: null }, testRemedies);
  try {
    const answer = await network.get(url, {});
    return `${answer.status} ${await text(answer.body)}`;
  } finally {
    await network.close();
  }
}

/** A proxy that tunnels, as HTTPS_PROXY's do, and counts. */
async function startProxy(): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const server = createServer((request, response) => {
    targets.push(request.url ?? '');
    response.end('from the proxy');
  });
  server.on('connect', (request, socket) => {
    targets.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const far = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      far.pipe(socket).pipe(far);
    });
    far.on('error', () => socket.destroy());
    socket.on('error', () => far.destroy());
  });
  return { url: await serve(server), targets };
}

describe('openNetwork', () => {
  it('gives a body whole that is read after the server has sent it and hung up', async () => {
    const sent = Buffer.alloc(100_000, 'tissue');
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${sent.length}\r\nConnection: close\r\n\r\n`;
    const server = createServer();
    server.removeAllListeners('connection'); // what follows is written as it stands
    const closed = new Promise((done) => {
      server.on('connection', (socket) => {
        socket.once('data', () => socket.write(head) && socket.end(sent)).on('close', done);
      });
    });
    const network = await openNetwork({ proxy: null, certificates: null }, testRemedies);
    try {
      const { body } = await network.get(await serve(server), {});
      await closed;
      expect((await buffer(body)).equals(sent)).toBe(true);
    } finally {
      await network.close();
    }
  }, 10_000); // where the client dies, the server waits for ever

  it('goes through the proxy of the environment, but not for NO_PROXY', async () => {
    const server = await serve(createServer((_, response) => response.end('direct')));
    const proxy = await startProxy();
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, '');
    vi.stubEnv('http_proxy', proxy.url);
    vi.stubEnv('no_proxy', '');
    vi.stubEnv('NO_PROXY', '');
    await get(`${server}/x`);
    expect(proxy.targets).toHaveLength(1);
    vi.stubEnv('no_proxy', '127.0.0.1');
    expect(await get(`${server}/x`)).toBe('200 direct');
    expect(proxy.targets).toHaveLength(1);
  });

  it("goes through pip's proxy, also without a scheme", async () => {
    vi.stubEnv('no_proxy', '');
    vi.stubEnv('NO_PROXY', '');
    const server = await serve(createServer((_, response) => response.end('direct')));
    const proxy = await startProxy();
    await get(`${server}/x`, proxy.url.replace('http://', ''));
    expect(proxy.targets).toHaveLength(1);
  });

  it('follows redirects, and gives up on a circle', async () => {
    const server = await serve(
      createServer((request, response) => {
        if (request.url === '/end') response.end('there');
        else response.writeHead(302, { location: request.url === '/a' ? 'end' : '/loop' }).end();
      }),
    );
    expect(await get(`${server}/a`)).toBe('200 there');
    await expect(get(`${server}/loop`)).rejects.toThrow(/more than 10 redirects: ask elsewhere$/);
  });

  it.each([
    'file:///etc/passwd',
    'ftp://host/x',
    'data:text/plain,x',
    'javascript:1',
    'http://[',
    'https://x:y@[::1',
  ])('refuses a redirect to %s', async (location) => {
    const server = await serve(
      createServer((_, response) => {
        response.writeHead(302, { location }).end();
      }),
    );
    await expect(get(server)).rejects.toThrow(UserError);
    await expect(get(server)).rejects.toThrow(/expected an answer over http, got a redirect to "/);
  });

  it('sends the credentials of a URL as a header, to that origin alone', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve(
      createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.end('x');
      }),
    );
    const own = await serve(
      createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.writeHead(302, { location: `${other}/` }).end();
      }),
    );
    await get(own.replace('//', '//me:p%40ss@'));
    expect(seen).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`, undefined]);
  });

  it('never shows credentials', () => {
    expect(withoutCredentials('https://me:pass@host/simple')).toBe('https://host/simple');
  });

  it('refuses what is no http URL, a proxy that is none, and a missing certificate file', async () => {
    await expect(get('ftp://host/x')).rejects.toThrow(/^Cannot fetch "ftp:\/\/host\/x": expected/);
    await expect(get('http://host', 'http://[')).rejects.toThrow(/^Cannot use the proxy: expected/);
    const missing = openNetwork({ proxy: null, certificates: '/nope.pem' }, testRemedies);
    await expect(missing).rejects.toThrow(/^Cannot read the certificates "\/nope\.pem"/);
  });
});
