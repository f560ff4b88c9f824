// The field app's service worker. The server fills in the build and its files.
// Kept: the neutral shell and the files below. Never kept: /api, and any page with a person in it.
"use strict";

const BUILD = "@BUILD@";
const SHELL = "@SHELL@";
const FILES = new Set(@FILES@);
const CACHE = `huella-${BUILD}`;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  const wanted = [SHELL, ...FILES];
  await cache.addAll(wanted.map((path) => new Request(path, { cache: "reload" })));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("huella-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
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
  }
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
