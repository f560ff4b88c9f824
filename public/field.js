// Starts the field app on its empty page. The page is the same for everyone and is kept by the
// service worker; which folder holds the app stands in its <meta>. Kept outside the page so that
// the content security policy needs no nonce here.
(() => {
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

  import(`/${pkg}/field.js`)
    .then(async (app) => {
      await app.default({ module_or_path: `/${pkg}/field_bg.wasm` });
      app.mount();
    })
    .catch(tellFailure);
})();
