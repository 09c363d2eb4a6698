// Keeps the whole page for times without a network. The writer of the page puts its version and its files
// before this program, so that every export has a service worker of its own.

declare const self: ServiceWorkerGlobalScope;
declare const page: { readonly version: string; readonly files: readonly string[] };

const family = `histo ${self.registration.scope} `; // caches of other pages of this server stay
const cacheName = `${family}${page.version}`;

self.addEventListener('install', (event) => {
  event.waitUntil(keepFiles());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(removeOlder());
});

self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  event.respondWith(
    event.request.mode === 'navigate' ? newestPage(event.request) : kept(event.request),
  );
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(page.files);
  await self.skipWaiting();
}

async function removeOlder(): Promise<void> {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(family) && name !== cacheName);
  await Promise.all(older.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** From the server; without a network as it was kept. All else that a page needs has its version in its address. */
async function newestPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match('./', { cacheName });
    if (found === undefined) throw error;
    return found;
  }
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName })) ?? (await fetch(request));
}
