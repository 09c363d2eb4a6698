/**
 * Lets the browser keep the whole page for times without a network.
 *
 * @returns Whether it is kept; browsers do so only for pages from https or from this computer.
 */
export async function keepOffline(): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false;
  try {
    const registration = await navigator.serviceWorker.register('service-worker.js');
    await ((registration.installing ?? registration.waiting) ? activated(registration) : null);
    return registration.active !== null;
  } catch {
    return false; // refused, or no room: the page works all the same
  }
}

/** Waits until the newest worker has kept its files, or has failed to. */
function activated({ installing, waiting }: ServiceWorkerRegistration): Promise<void> {
  const worker = (installing ?? waiting) as ServiceWorker;
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === 'activated' || worker.state === 'redundant') resolve();
    };
    worker.addEventListener('statechange', look);
    look();
  });
}
