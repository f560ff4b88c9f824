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
});

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
