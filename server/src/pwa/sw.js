// The field app's service worker. The server fills in the build and its files.
// Kept: the neutral shell and the files below. Never kept: /api, and any page with a person in it.
"use strict";

const BUILD = "@BUILD@";
const SHELL = "@SHELL@";
const FILES = new Set(@FILES@);
const CACHE = `huella-${BUILD}`;
// The barcode decoder, which `/camera.js` puts here on phones whose browser reads no codes.
const DECODER = new Set(@DECODER@);
const DECODER_CACHE = "huella-decoder";

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([keepAll(), keepDecoder()]));
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  const wanted = [SHELL, ...FILES];
  await cache.addAll(wanted.map((path) => new Request(path, { cache: "reload" })));
}

// Who has taken a decoder along has this version's too: in the hall it could not be fetched.
async function keepDecoder() {
  const cache = await caches.open(DECODER_CACHE);
  const held = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  if (held.length) await cache.addAll([...DECODER].filter((path) => !held.includes(path)));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

async function forgetOthers() {
  const names = await caches.keys();
  const own = [CACHE, DECODER_CACHE];
  const old = names.filter((name) => name.startsWith("huella-") && !own.includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
  const cache = await caches.open(DECODER_CACHE);
  const parts = await cache.keys();
  const left = parts.filter(({ url }) => !DECODER.has(new URL(url).pathname));
  await Promise.all(left.map((part) => cache.delete(part)));
}

// A new version waits until the page says that nobody is in the middle of a form.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
  // The page has found that the files are gone.
  if (event.data === "keep") event.waitUntil(keepAll());
  if (event.data === "go-home") event.waitUntil(goHome());
});

// There is signal again, and the app may be shut.
self.addEventListener("sync", (event) => {
  if (event.tag === "huella-home") event.waitUntil(goHome());
});

/** So many letters of sealed copies are below what a batch may weigh. */
const LETTERS = 200_000;

/**
 * Sends the sealed copies of what waits. The answers are not written down: the app asks for them
 * when it is open, and the server answers alike.
 */
async function goHome() {
  const { device, copies } = await waiting(asked);
  let failed = null;
  for (const some of batches(copies, LETTERS)) {
    const answer = await fetch("/api/v1/sealed", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: `{"device":"${device}","sealed":[${some.join(",")}],"report":null}`,
    });
    // Those behind are not held by what the server does not take.
    if (!answer.ok) failed = `status ${answer.status}`;
  }
  // The browser tries again later.
  if (failed) throw new Error(failed);
}

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

@WAITING@
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const inField = url.pathname === SHELL || url.pathname.startsWith(`${SHELL}/`);
  if (request.mode === "navigate" && inField) {
    event.respondWith(kept(SHELL, request));
  } else if (FILES.has(url.pathname)) {
    event.respondWith(kept(url.pathname, request));
  } else if (DECODER.has(url.pathname)) {
    event.respondWith(kept(url.pathname, request, DECODER_CACHE));
  }
});

async function kept(path, request, name = CACHE) {
  const cache = await caches.open(name);
  return (await cache.match(path)) ?? fetch(request);
}
