// A copy of what waits on this phone, as a file that another phone or the coordination takes in, or
// as codes that its camera films (/frames.js): it holds sealed copies (/seal.js) and identifiers,
// and only the server opens it. What waits is read as the service worker reads it (/waiting.js), so
// that a closed phone can make one too.
import { staged, toggle } from "./camera.js";
import { asked } from "./store.js";
import { batches, waiting } from "./waiting.js";

const MARK = "huella sealed 1";
/** Most records of a file, which are one batch, and most letters: 16 s on a slow line up. */
const RECORDS = 250;
const LETTERS = 1_500_000;
const SVG = "http://www.w3.org/2000/svg";
/**
 * How long each code stands, in milliseconds. Six a second: a camera that needs a tenth of a second
 * for a look has a whole one at each, and no spot of the screen flashes more than three times a
 * second, which is the most that harms nobody (WCAG 2.3.1). Half as fast for a slower camera.
 */
const [STANDS_MS, STANDS_LONG_MS] = [167, 333];
/** The files of the copy that is being given, which stay as they are until its last. */
let parts = [];

/** What is handed in: copies as texts of JSON, and which of several files it is. */
const textOf = (device, copies, at, which) => {
  const head = JSON.stringify({ huella: MARK, device, made_at: at.toISOString(), ...which });
  return `${head.slice(0, -1)},"sealed":[${copies.join(",")}]}`;
};

/** "any" when some record waits with a copy that can be given, else blank. */
export async function any() {
  // As a rule the first is one. All are read where it waits for another that has no copy.
  for (const enough of [1, Infinity]) {
    const { copies, lacking } = await waiting(asked, enough);
    if (copies.length) return "any";
    if (!lacking) break;
  }
  return "";
}

/**
 * Hands one file of the copy, from 1, to whatever the phone shares with, else to its downloads:
 * one for each tap, since browsers let no page save several by itself. How many records it holds,
 * how many have no copy, which file it is and of how many, such as "250 0 1 2"; blank when the
 * person changed their mind.
 */
export async function make(part) {
  const { devices, copies, lacking } = await waiting(asked);
  if (part === "1") {
    parts = batches(copies, devices, LETTERS, RECORDS)
      .map((sealed) => ({ sealed, device: devices.get(sealed[0]) }));
  }
  const { sealed, device } = parts[part - 1];
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((number) => String(number).padStart(2, "0"))
    .join("-");
  const isWhole = parts.length === 1;
  const which = isWhole ? {} : { part: Number(part), parts: parts.length };
  const text = textOf(device, sealed, now, which);
  // The end of an identifier: its beginning is when it was made.
  const end = isWhole ? "" : `-${part}-${parts.length}`;
  const name = `huella-${device.slice(-8)}-${day}${end}.json`;
  const file = new File([text], name, { type: "application/json" });
  const shared = await share(file);
  if (shared === "left") return "";
  if (!shared) download(file);
  return `${sealed.length} ${lacking} ${part} ${parts.length}`;
}

/** "shared", "left" when the person turned back, blank where the browser does not share it. */
async function share(file) {
  const files = [file];
  if (!navigator.canShare?.({ files })) return "";
  return navigator.share({ files }).then(
    () => "shared",
    // Some promise it and then do not take this kind of file.
    ({ name }) => (name === "AbortError" ? "left" : ""),
  );
}

function download(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // A browser that asks where to put it reads it later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Which codes were shown last, and how many: who shows them again goes on behind them. */
let last = { session: 0, count: 0 };

/**
 * Shows the copies as codes until somebody closes the view: how many records are not in them, or
 * "too-large" where they are too many. Words: what is shown, what to do, how far it has come, with
 * {got} and {of}, the pause, slower, the way out.
 */
export async function show(title, hint, told, pause, slower, close) {
  const { packed, split, stir } = await import("./frames.js");
  const folder = document.querySelector('meta[name="huella-pkg"]').content;
  const { qr } = await import(`/${folder}/field.js`);
  const { devices, copies, lacking, newest } = await waiting(asked);
  // A packet is of one device: what the phone made before it was called as it is goes first.
  const device = devices.get(copies[0]);
  const shown = copies.filter((copy) => devices.get(copy) === device);
  // Of the newest record's moment, so that the same records are the same codes.
  const codes = await split(await packed(textOf(device, shown, new Date(newest))));
  if (!codes) return "too-large";
  if (last.session !== codes.session) last = { session: codes.session, count: 0 };
  const symbol = document.createElementNS(SVG, "svg");
  const path = symbol.appendChild(document.createElementNS(SVG, "path"));
  symbol.setAttribute("class", "qr");
  symbol.setAttribute("role", "img");
  symbol.setAttribute("aria-label", title);
  symbol.setAttribute("shape-rendering", "crispEdges");
  const draw = () => {
    const [side, outline] = qr(codes.code(last.count)).split("|");
    symbol.setAttribute("viewBox", `0 0 ${side} ${side}`);
    path.setAttribute("d", outline);
    last.count += 1;
    stir();
    return told.replace("{got}", last.count).replace("{of}", codes.pieces);
  };
  await staged("frames", symbol, [title, hint, close], async ({ dialog, actions }) => {
    const how = { isHeld: false, isSlow: matchMedia("(prefers-reduced-motion)").matches };
    const count = dialog.insertBefore(document.createElement("p"), actions);
    actions.prepend(
      toggle(pause, (isHeld) => Object.assign(how, { isHeld })),
      toggle(slower, (isSlow) => Object.assign(how, { isSlow }), how.isSlow),
    );
    // Where the browser lets it, the screen stays on; a view that is hidden closes anyway.
    const awake = await navigator.wakeLock?.request("screen").catch(() => null);
    try {
      while (dialog.open) {
        if (!how.isHeld) count.textContent = draw();
        await new Promise((done) => setTimeout(done, how.isSlow ? STANDS_LONG_MS : STANDS_MS));
      }
    } finally {
      await awake?.release();
    }
  });
  return String(lacking + copies.length - shown.length);
}
