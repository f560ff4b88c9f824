// Starts the field app on its empty page. The page is the same for everyone and is kept by the
// service worker; which folder holds the app stands in its <meta>. Kept outside the page so that
// the content security policy needs no nonce here.
(() => {
  const SCOPE = "/terreno";
  /** The app is said to be late when it stands at its beginning for so long, in milliseconds. */
  const LATE_MS = 10_000;
  /** What was typed is written down within so many milliseconds. */
  const WRITTEN_MS = 500;
  const said = (name) => document.querySelector(`meta[name="huella-${name}"]`)?.content ?? "";
  const pkg = said("pkg");

  const tellFailure = (cause) => {
    console.error(cause);
    // Once the app stands on the page it tells its own troubles.
    if (document.querySelector("main")) return;
    const words = document.createElement("p");
    words.className = "field-start";
    words.setAttribute("role", "alert");
    words.textContent = said("failed");
    document.body.replaceChildren(words);
  };

  // A store that another window holds, or a browser that is stuck, never answers. The words stand
  // within the app's own, and go with them when it comes after all.
  const tellDelay = () => {
    const title = document.createElement("h1");
    title.className = "hidden-visually";
    title.textContent = document.title;
    const words = document.createElement("span");
    words.setAttribute("role", "alert");
    words.textContent = said("late");
    const again = document.createElement("button");
    again.className = "button";
    again.textContent = said("anew");
    again.addEventListener("click", () => location.reload());
    document.querySelector("main .field-start")?.append(title, words, again);
  };

  // What has failed draws no page any more, so that each way on loads its page anew; what was typed
  // and kept is there again.
  let hasFailed = false;
  const look = ({ error, reason }) => {
    hasFailed ||= (error ?? reason) instanceof WebAssembly.RuntimeError;
  };
  for (const kind of ["error", "unhandledrejection"]) window.addEventListener(kind, look);
  const anew = () => {
    if (hasFailed) location.reload();
  };
  window.addEventListener("popstate", anew);

  const workers = navigator.serviceWorker;
  // Whether a worker keeps the app; whether this window has asked for the new version; whether that
  // has come, so that what runs here is of the one before.
  const version = { isKept: Boolean(workers?.controller), isAsked: false, isOld: false };
  workers?.addEventListener("controllerchange", () => {
    // The first worker is no new version.
    version.isOld ||= version.isKept;
    version.isKept = true;
    if (version.isOld && version.isAsked) location.reload();
    else if (version.isOld) window.dispatchEvent(new Event("huella-update"));
  });
  // A new version that another window has taken: this one goes on to the end of its visit, and is
  // loaded anew at the start. What was changed last is written down first.
  const betweenVisits = () => {
    if (!version.isOld) return;
    setTimeout(() => {
      // Who has gone on meanwhile may be in the next visit.
      if (location.pathname === SCOPE) location.reload();
    }, WRITTEN_MS);
  };
  for (const kind of ["popstate", "huella-gone"]) window.addEventListener(kind, betweenVisits);

  // While a visit is being kept no tap counts, at first without a sign of it: to draw one would take
  // longer than most are kept in. Before all others that hear of taps, and never for long.
  const HELD_MS = 1_000;
  let heldUntil = 0;
  window.addEventListener("huella-hold", () => (heldUntil = performance.now() + HELD_MS));
  window.addEventListener("huella-release", () => (heldUntil = 0));
  const passOver = (event) => {
    if (performance.now() > heldUntil) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("click", passOver, { capture: true });

  // A tap on a link within the app changes the page without loading it anew. Links that open
  // elsewhere, lead out of the app or to a place on the page are the browser's.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const { button, ctrlKey, metaKey, shiftKey, altKey } = event;
    const isPlain = button === 0 && !(ctrlKey || metaKey || shiftKey || altKey);
    if (!link || !isPlain || hasFailed || event.defaultPrevented) return;
    if (link.target || link.hash) return;
    const isWithin = link.pathname === SCOPE || link.pathname.startsWith(`${SCOPE}/`);
    if (!isWithin || link.origin !== location.origin || link.rel.includes("external")) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    window.dispatchEvent(new Event("huella-gone"));
    anew();
  });

  // What waits is sent by the service worker, from its sealed copies, also when the app is shut:
  // where the browser can, as soon as there is signal.
  window.addEventListener("huella-home", async () => {
    const { active, sync } = (await navigator.serviceWorker?.ready) ?? {};
    const goNow = () => active?.postMessage("go-home");
    if (sync) await sync.register("huella-home").catch(goNow);
    else goNow();
  });

  // What the app asks of the phone itself (/phone.js), what is taken along to an outreach
  // (/pack.js) and lent for its door (/lent.js), the phone's key (/keys.js), its PIN (/vault.js), the
  // camera (/camera.js), copies that only the server opens (/seal.js), files and codes of those
  // (/handover.js), what was filmed of another phone (/carried.js), pictures (/pictures.js) and how
  // they look (/album.js). They come in one file, of the version that runs here. Its first page does
  // not wait for it; each question does, and the app works without the answers. Once they are here
  // they are not imported again: the browser would answer that in a task of its own, behind what it
  // has to draw.
  let here;
  const scripts = async () => (here ??= await import(`/${pkg}/scripts.js`));
  window.huella = async (script, act, ...words) => (await scripts())[script][act](...words);
  scripts().catch(() => {});
  // From the network the program comes packed (/unpack.js), the worker keeps it whole.
  const whole = () => fetch(`/${pkg}/field_bg.wasm`);
  const unpacked = async () => {
    const [{ unpack }, packed] = await Promise.all([scripts(), fetch(`/${pkg}/field_bg.packed`)]);
    if (!packed.ok) throw new Error(`not there, status ${packed.status}`);
    // One that came damaged may have all of its bytes, and be no program.
    return WebAssembly.compile(unpack.unpack(new Uint8Array(await packed.arrayBuffer())));
  };
  const program = version.isKept ? whole() : unpacked().catch(whole);
  // What fails before it is waited for fails there.
  program.catch(() => {});
  import(`/${pkg}/field.js`)
    .then(async (app) => {
      await app.default({ module_or_path: program });
      app.mount();
      setTimeout(tellDelay, LATE_MS);
    })
    .catch(tellFailure)
    // Without being kept the app works with signal only, and that is no reason to stop: who
    // prepares an outreach is told (/pack.js).
    .then(scripts)
    .then(({ shell }) => shell.follow(version))
    .catch(() => {});
})();
