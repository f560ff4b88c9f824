// The field app's service worker. The server fills in the build and its files.
// Kept: the neutral shell and the files below. Never kept: /api, and any page with a person in it.
"use strict";

const BUILD = "@BUILD@";
const SHELL = "@SHELL@";
const FILES = @FILES@;
const CACHE = `huella-${BUILD}`;
// The program comes packed, and is kept whole: so it opens, and so a browser compiles it once.
const whole = (path) => path.replace(/\.packed$/, ".wasm");
const KEPT = new Set(FILES.map(whole));
// The barcode decoder, which `/camera.js` puts here on phones whose browser reads no codes.
const DECODER = new Set(@DECODER@);
const DECODER_CACHE = "huella-decoder";

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([keepAll(), keepDecoder()]));
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  await keepIn(cache, FILES);
  // The shell last: where it is, all of the files are, and by it the page asks (/shell.js).
  await keepIn(cache, [SHELL]);
}

// Who has taken a decoder along has this version's too: in the hall it could not be fetched.
async function keepDecoder() {
  const cache = await caches.open(DECODER_CACHE);
  const held = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  if (held.length) await keepIn(cache, [...DECODER].filter((path) => !held.includes(path)));
}

// Nothing is kept before each has been answered by our server. One may still break off on its way,
// or not fit any more: those that have come stay then.
async function keepIn(cache, paths) {
  const answers = await Promise.all(Array.from(paths, (path) => fetched(path)));
  await Promise.all(Array.from(paths, (path, at) => cache.put(whole(path), answers[at])));
}

// What is named by its content has come to the page already, and need not come twice. The program
// is served whole too, where what comes packed is damaged.
async function fetched(path) {
  const isNamed = path.startsWith("/pkg-");
  const known = isNamed && (await ours(path, "default").catch(() => null));
  return known || ours(path, "reload").catch((cause) => {
    if (path === whole(path)) throw cause;
    return ours(whole(path), "reload");
  });
}

// A network that wants a sign-in of its own answers everything with its page, also with 200. Kept
// in the place of a file, that page would be all of the app that opens in the hall.
async function ours(path, cache) {
  const answer = await fetch(path, { cache, redirect: "error" });
  const isPage = answer.headers.get("content-type")?.startsWith("text/html") ?? false;
  const isOurs = path === SHELL
    ? isPage && (await answer.clone().text()).includes("huella-build")
    : !isPage;
  if (!answer.ok || !isOurs) throw new Error(`not kept: ${path}, status ${answer.status}`);
  if (path === whole(path)) return answer;
  const program = unpack(new Uint8Array(await answer.arrayBuffer()));
  return new Response(program, { headers: { "content-type": "application/wasm" } });
}

@UNPACK@

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

// A new version waits until the page says that nobody is in the middle of a form, and then until
// this one has ended what it does.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
  if (event.data === "give-way") giveWay();
  // The page has found that the files are gone.
  if (event.data === "keep") event.waitUntil(keepAll());
  if (event.data === "go-home") event.waitUntil(goHome());
});

let giveWay;
const gaveWay = new Promise((_, stop) => {
  giveWay = () => stop(new Error("a new version comes"));
});
// It is no failure where nothing is under way.
gaveWay.catch(() => {});

// There is signal again, and the app may be shut.
self.addEventListener("sync", (event) => {
  if (event.tag === "huella-home") event.waitUntil(goHome());
});

/** So many letters of sealed copies are below what a batch may weigh. */
const LETTERS = 200_000;
/** A request is given up after so many milliseconds: a network may swallow it. */
const REQUEST_MS = 30_000;
/**
 * What the server says when it has taken all of a batch, when it cannot read part of one, and when
 * that came too slowly.
 */
const [TAKEN, UNREADABLE, LATE] = [200, 422, 408];

/** Sends the sealed copies of what waits: the records, and then the pictures of those. */
async function goHome() {
  const left = await recordsGoHome();
  await picturesGoHome();
  // The browser tries again later.
  if (left) throw new Error(`visits that were not taken: ${left}`);
}

/**
 * Sends the sealed copies of records; answers of how many visits some were not taken. What the
 * server says is not written down: the app asks for it when it is open, and the server answers alike.
 */
async function recordsGoHome() {
  const { devices, copies, visits } = await waiting(asked);
  // Those behind are not held by what the server does not take or refuses, but for what is of the
  // same visit: a correction before its visit would be refused for good.
  const [held, refused] = [new Set(), new Set()];
  const stops = (copy) => held.has(visits.get(copy)) || refused.has(visits.get(copy));
  // As many as a slow line carries.
  let most = copies.length;
  for (let rest = copies; rest.length; rest = rest.filter((copy) => !stops(copy))) {
    const begun = new Set();
    // One of each visit, then the next.
    const begins = (visit) => !begun.has(visit) && begun.add(visit);
    const first = rest.filter((copy) => begins(visits.get(copy)));
    rest = rest.filter((copy) => !first.includes(copy));
    const next = batches(first, devices, LETTERS);
    while (next.length) {
      const going = next.shift();
      const middle = Math.ceil(going.length / 2);
      const isFew = going.length <= most;
      const { status, bad } = isFew ? await sent(devices.get(going[0]), going) : { status: LATE };
      if ([UNREADABLE, LATE].includes(status) && going.length > 1) {
        // One copy that the server does not read keeps all of its batch out: it is found by halves.
        next.unshift(going.slice(0, middle), going.slice(middle));
        if (isFew && status === LATE) most = middle;
      } else if (status !== TAKEN) {
        for (const copy of going) held.add(visits.get(copy));
      } else {
        for (const copy of bad) refused.add(visits.get(copy));
      }
    }
  }
  return held.size;
}

/**
 * Sends the sealed copies of pictures, which the server takes once it has their record; likewise
 * nothing is written down.
 */
async function picturesGoHome() {
  const [known, copies] = await Promise.all([all("facts", "huella-pictures"), copied()]);
  for (const one of known) {
    // What a person has to look at waits for the app.
    if (!one.submission || one.trouble || !copies.has(one.id)) continue;
    const reading = await readingOf(["pieces"], asked, "huella-copies");
    const sealed = await asked(reading.objectStore("pieces").get(one.id));
    const { received, status } = await Promise.race([carry(one, null, sealed), gaveWay]);
    const isAway = received !== one.bytes && (!status || [401, 429].includes(status));
    // The browser tries again later; what is wrong with this one does not hold the others.
    if (isAway || status >= 500) throw new Error(`pictures wait, status ${status}`);
  }
}

const all = async (store, name) => {
  const reading = await readingOf([store], asked, name);
  return reading ? asked(reading.objectStore(store).getAll()) : [];
};

const copied = async () => {
  const reading = await readingOf(["pieces"], asked, "huella-copies");
  return new Set(reading ? await asked(reading.objectStore("pieces").getAllKeys()) : []);
};

/**
 * The status our server has for some copies of a device, `TAKEN` once it has answered each, and
 * those of which it wants something from a person. `LATE` too where several have not got there in
 * time. It fails, and all wait, where none answers to a single one, or another does: a network that
 * wants a sign-in of its own has a page for everything, also with 200.
 */
async function sent(device, copies) {
  const signal = within(REQUEST_MS);
  try {
    return await answered(device, copies, signal);
  } catch (cause) {
    if (!signal.aborted || copies.length === 1) throw cause;
    return { status: LATE };
  }
}

async function answered(device, copies, signal) {
  const asking = fetch("/api/v1/sealed", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: `{"device":"${device}","sealed":[${copies.join(",")}],"report":null}`,
    redirect: "error",
    signal,
  });
  const answer = await Promise.race([asking, gaveWay]);
  if (!answer.headers.get("content-type")?.startsWith("application/json")) {
    throw new Error(`not ours, status ${answer.status}`);
  }
  const { receipt, answers } = await Promise.race([answer.json(), gaveWay]);
  const isWhole = answer.ok && receipt.device === device && answers.length === copies.length;
  const bad = isWhole ? copies.filter((_, at) => STUCK.has(answers[at].outcome)) : [];
  return { status: isWhole || !answer.ok ? answer.status : 0, bad };
}

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

@WAITING@
@CARRY@
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const inField = url.pathname === SHELL || url.pathname.startsWith(`${SHELL}/`);
  if (request.mode === "navigate" && inField) {
    event.respondWith(kept(SHELL, request));
  } else if (KEPT.has(url.pathname)) {
    event.respondWith(kept(url.pathname, request));
  } else if (DECODER.has(url.pathname)) {
    event.respondWith(kept(url.pathname, request, DECODER_CACHE));
  }
});

async function kept(path, request, name = CACHE) {
  const cache = await caches.open(name);
  return (await cache.match(path)) ?? fetch(request);
}
