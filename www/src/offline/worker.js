// The service worker: after the first visit the page works without a network. The build writes the
// names of the site's files in place of FILES; a new build is a new list, a new list a new cache. The models' files are
// not kept here but by the package, by their hashes, where its stored() and remove() see them: here only what the page
// itself reads of the models, which are deployed and what each one's manifest says.
const FILES = __FILES__;
const SITE = `site-${__VERSION__}`;
const MANIFESTS = "manifests";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SITE).then((cache) => cache.addAll(FILES)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        // "models" is of a version that kept their files here.
        if ((name.startsWith("site-") && name !== SITE) || name === "models")
          await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(networkFirst(request));
  else if (!url.pathname.includes("/models/")) event.respondWith(cacheFirst(request));
  else if (url.pathname.endsWith(".json")) event.respondWith(latest(request));
});

/** The page names what it has just loaded without this worker's help: a model's manifest, the build of the engine. */
self.addEventListener("message", (event) => {
  if (!Array.isArray(event.data?.keep)) return;
  const keep = async (file) => {
    const cache = await caches.open(file.includes("/models/") ? MANIFESTS : SITE);
    if (!(await cache.match(file))) await cache.add(file);
  };
  const [port] = event.ports;
  event.waitUntil(
    Promise.all(event.data.keep.map(keep)).then(
      () => port?.postMessage("kept"),
      (error) => port?.postMessage(String(error)),
    ),
  );
});

async function networkFirst(request) {
  try {
    return await fetch(request);
  } catch (offline) {
    const kept = await caches.match("./", { cacheName: SITE, ignoreSearch: true });
    if (kept) return kept;
    throw offline;
  }
}

/** What is deployed may change from visit to visit. */
async function latest(request) {
  const cache = await caches.open(MANIFESTS);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(request, fresh.clone());
    return fresh;
  } catch (offline) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw offline;
  }
}

async function cacheFirst(request) {
  const cache = await caches.open(SITE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
