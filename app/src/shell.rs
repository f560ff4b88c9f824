//! The three documents everything stands in (`<!DOCTYPE html>` to `</html>`).
//!
//! *Public*: served whole, no wasm. *Coordination*: served and then hydrated. *Field*: neutral
//! and empty, the same bytes for everyone, so that the service worker can keep it; the wasm
//! mounts the app on it.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use phrases::field;

use crate::locale::locale;

/// Where the build put its files. Provided as context, or given as a prop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// Name of the folder with bundle, fonts and wasm, without slashes: `pkg-0123456789abcdef`.
    pub pkg: String,
    /// Identifier of the build, shown to nobody, read by the service worker's registration.
    pub build: String,
    /// Name of the folder of the barcode decoder, without slashes: `zxing-0123456789abcdef`.
    pub decoder: String,
}

impl Assets {
    /// The address of a file of the folder.
    #[must_use]
    pub fn url(&self, file: &str) -> String {
        format!("/{}/{file}", self.pkg)
    }
}

/// The document of a public page: HTML and CSS, and only the scripts that are named.
#[component]
pub fn PublicShell(
    /// Where the files are.
    assets: Assets,
    /// Addresses of small module scripts this page needs; none is the rule.
    #[prop(optional)]
    scripts: Vec<&'static str>,
    /// Whose look it has.
    #[prop(default = "public")]
    area: &'static str,
    /// The page, usually the router of the area.
    children: Children,
) -> impl IntoView {
    let scripts = scripts
        .into_iter()
        .map(|src| view! { <script type="module" src=src></script> })
        .collect_view();
    view! {
        <!DOCTYPE html>
        <html lang=locale().code() data-area=area>
            <head>
                <Basics assets=assets />
                <MetaTags />
                {scripts}
            </head>
            <body>{children()}</body>
        </html>
    }
}

/// The document of a hydrated page. `data-alive` says whether the program has taken it over
/// already: before that its buttons do nothing.
#[component]
pub fn CoordinationShell(
    /// Where the files are.
    assets: Assets,
    /// The application, the same as `hydrate()` gives to the browser.
    children: Children,
) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang=locale().code() data-area="coordination" data-alive="no">
            <head>
                <Basics assets=assets.clone() />
                <meta name="robots" content="noindex" />
                <HydrationScript assets=assets />
                <MetaTags />
            </head>
            <body>{children()}</body>
        </html>
    }
}

/// The document of the field app: neutral, without nonce or inline script, so that it can be
/// kept and served for every `/terreno/*`. `/field.js` loads the wasm of the folder it names.
#[component]
pub fn FieldShell(
    /// Where the files are.
    assets: Assets,
) -> impl IntoView {
    let locale = locale();
    let failed = format!("{}. {}", field::start_failed(locale), field::start_failed_next(locale));
    let late = format!("{}. {}", field::start_late(locale), field::start_late_next(locale));
    view! {
        <!DOCTYPE html>
        <html lang=locale.code() data-area="field">
            <head>
                <Basics assets=assets.clone() sheet="field.css" />
                <title>{field::title(locale)}</title>
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="apple-touch-icon" href="/icon-192.png" />
                <meta name="robots" content="noindex" />
                <meta name="huella-pkg" content=assets.pkg.clone() />
                <meta name="huella-build" content=assets.build.clone() />
                <meta name="huella-decoder" content=assets.decoder.clone() />
                <meta name="huella-failed" content=failed />
                <meta name="huella-late" content=late />
                <meta name="huella-anew" content=field::start_anew(locale) />
                <link rel="modulepreload" href=assets.url(FIELD_SCRIPT) />
                <link rel="modulepreload" href=assets.url(SCRIPTS) />
                <script src="/field.js" defer></script>
            </head>
            <body data-mount="field"></body>
        </html>
    }
}

/// The JavaScript half of the field app, as `wasm-bindgen` writes it.
const FIELD_SCRIPT: &str = "field.js";
/// What the field app asks of `public/*.js`, in one file.
const SCRIPTS: &str = "scripts.js";
/// The JavaScript half of the coordination.
const DESK_SCRIPT: &str = "desk/huella.js";
/// Its wasm half.
const DESK_WASM: &str = "desk/huella_bg.wasm";

/// What every document has: character set, viewport, colours, style, icon. The font is asked for at
/// once, since every page needs it.
#[component]
fn Basics(
    assets: Assets,
    /// The style sheet; the field app has one of its own.
    #[prop(default = "huella.css")]
    sheet: &'static str,
) -> impl IntoView {
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#0f2d4a" />
        <meta name="format-detection" content="telephone=no" />
        <link rel="stylesheet" href=assets.url(sheet) />
        <link
            rel="preload"
            href=assets.url("atkinson.woff2")
            r#as="font"
            r#type="font/woff2"
            crossorigin="anonymous"
        />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    }
}

/// Loads and hydrates, once the page that the server wrote is on the screen: the program is ten
/// times the page, and on a slow line the two would come later together. A page in a window that
/// nobody sees is never drawn, hence the clock beside the frame. Leptos' own component writes the
/// nonce into `crossorigin=` as well, where style rules could read it; here it stands in `nonce=`
/// alone, which browsers hide.
#[component]
fn HydrationScript(assets: Assets) -> impl IntoView {
    let (script, wasm) = (assets.url(DESK_SCRIPT), assets.url(DESK_WASM));
    // The addresses are ours and hold neither quotes nor angles.
    let source = format!(
        "await new Promise((drawn) => {{\n\
         requestAnimationFrame(() => setTimeout(drawn));\n\
         setTimeout(drawn, {DRAWN_BY_MS});\n\
         }});\n\
         const {{ default: init, hydrate }} = await import({script:?});\n\
         await init({{ module_or_path: {wasm:?} }});\n\
         hydrate();"
    );
    view! {
        <script type="module" nonce=use_nonce()>
            {source}
        </script>
    }
}

/// When hydration begins at the latest, in milliseconds after the document was read.
const DRAWN_BY_MS: u32 = 1_000;
