// Starts the field app on its empty page. The page is the same for everyone and is kept by the
// service worker; which folder holds the app stands in its <meta>. Kept outside the page so that
// the content security policy needs no nonce here.
(() => {
  const SCOPE = "/terreno";
  /** The app is said to be late when it stands at its beginning for so long, in milliseconds. */
  const LATE_MS = 10_000;
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
  // (/pack.js), the phone's key (/keys.js), its PIN (/vault.js), the camera (/camera.js), copies
  // that only the server opens (/seal.js), files and codes of those (/handover.js), what was filmed
  // of another phone (/carried.js), pictures (/pictures.js) and how they look (/album.js). Its
  // first page does not wait for them; each question waits for its script, and the app works
  // without the answers.
  window.huella = async (script, act, ...words) =>
    (await import(`/${script}.js`))[act](...words);
  for (const script of ["vault", "phone", "pack"]) import(`/${script}.js`).catch(() => {});
  import(`/${pkg}/field.js`)
    .then(async (app) => {
      await app.default({ module_or_path: `/${pkg}/field_bg.wasm` });
      app.mount();
      setTimeout(tellDelay, LATE_MS);
    })
    .catch(tellFailure)
    // Without being kept the app works with signal only, and that is no reason to stop: who
    // prepares an outreach is told (/pack.js).
    .then(() => import("/shell.js"))
    .then(({ follow }) => follow())
    .catch(() => {});
})();
