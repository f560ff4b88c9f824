// The app as the service worker keeps it, so that it opens without signal. field.js has it kept
// from the first start on; pack.js asks whether it is, before a phone is said to be prepared.

/** The pages that the worker serves, and the address under which it keeps their shell. */
const SHELL = "/terreno";
/** So long what is asked for is waited for, and so often looked at, in milliseconds. */
const KEEP_MS = 20_000;
const LOOK_MS = 250;
/** So often a window that stays open asks for a new version, in milliseconds. */
const HOURLY_MS = 3_600_000;
/** Where there is a reason it asks sooner, but not before so many. */
const SELDOM_MS = 600_000;

const register = () => navigator.serviceWorker?.register("/sw.js", { scope: SHELL });

/**
 * Has the app kept. A new version waits; the app offers it between two visits (`huella-update`) and
 * says when it is wanted (`huella-take-over`). Of the version that runs here, `version` tells
 * whether another has taken its place, and is told whether this window has asked for that.
 */
export const follow = async (version) => {
  const registration = await register();
  if (!registration) return;
  const workers = navigator.serviceWorker;
  const tell = () => {
    const isThere = registration.waiting && workers.controller;
    if (isThere || version.isOld) window.dispatchEvent(new Event("huella-update"));
    // What is prepared may be whole now.
    window.dispatchEvent(new Event("huella-pack"));
  };
  const watch = () => registration.installing?.addEventListener("statechange", tell);
  tell();
  watch();
  registration.addEventListener("updatefound", watch);
  window.addEventListener("huella-take-over", () => {
    const { waiting } = registration;
    // Another window has taken it.
    if (!waiting) return location.reload();
    version.isAsked = true;
    workers.controller?.postMessage("give-way");
    waiting.postMessage("take-over");
  });
  askForNew(registration);
};

// The browser asks for a new version when it loads the page, which may stay open for days: so it is
// asked for when the network is back, when the app comes to the front, when the server takes nothing
// of this version any more (`huella-outdated`), and once an hour.
const askForNew = (registration) => {
  let last = Date.now();
  const ask = () => {
    if (!navigator.onLine || Math.abs(Date.now() - last) < SELDOM_MS) return;
    last = Date.now();
    registration.update().catch(() => {
      last = 0;
    });
  };
  for (const kind of ["online", "huella-outdated"]) window.addEventListener(kind, ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  setInterval(ask, HOURLY_MS);
};

/** Whether the app opens without signal: a worker serves it and has its files. */
export const isKept = async () => {
  const registration = await navigator.serviceWorker?.getRegistration(SHELL);
  // It puts the shell into its cache when the files are there.
  return Boolean(registration?.active && (await caches.match(SHELL)));
};

/** Has the app kept where it is not, and waits for that a while. */
export const keep = async () => {
  if (await isKept()) return;
  const registration = await register();
  // A worker that has lost its files takes them anew.
  registration?.active?.postMessage("keep");
  // One that could not be installed leaves nothing behind.
  const isUnderWay = () => ["installing", "waiting", "active"].some((one) => registration?.[one]);
  const until = Date.now() + KEEP_MS;
  while (isUnderWay() && Date.now() < until && !(await isKept())) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
};
