// The app as the service worker keeps it, so that it opens without signal. field.js has it kept
// from the first start on; pack.js asks whether it is, before a phone is said to be prepared.

/** The pages that the worker serves, and the address under which it keeps their shell. */
const SHELL = "/terreno";
/** So long what is asked for is waited for, and so often looked at, in milliseconds. */
const KEEP_MS = 20_000;
const LOOK_MS = 250;

const register = () => navigator.serviceWorker?.register("/sw.js", { scope: SHELL });

/**
 * Has the app kept. A new version waits; the app offers it between two visits (`huella-update`) and
 * says when it is wanted (`huella-take-over`).
 */
export const follow = async () => {
  const registration = await register();
  if (!registration) return;
  const workers = navigator.serviceWorker;
  const tell = () => {
    const isUpdate = registration.waiting && workers.controller;
    if (isUpdate) window.dispatchEvent(new Event("huella-update"));
    // What is prepared may be whole now.
    window.dispatchEvent(new Event("huella-pack"));
  };
  const watch = () => registration.installing?.addEventListener("statechange", tell);
  tell();
  watch();
  registration.addEventListener("updatefound", watch);
  window.addEventListener("huella-take-over", () => {
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take-over");
  });
};

/** Whether the app opens without signal: a worker serves it and has its files. */
export const isKept = async () => {
  const registration = await navigator.serviceWorker?.getRegistration(SHELL);
  // It puts all of them into its cache at once, or none.
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
