// A copy of what waits on this phone, as a file that another phone or the coordination takes in, or
// as codes that its camera films (/frames.js): it holds sealed copies (/seal.js) and identifiers,
// and only the server opens it. It is read from the store as the service worker does, so that a
// closed phone can make one too.
import { staged, toggle } from "./camera.js";
import { asked } from "./vault.js";

const MARK = "huella sealed 1";
const SVG = "http://www.w3.org/2000/svg";
/**
 * How long each code stands, in milliseconds. Six a second: a camera that needs a tenth of a second
 * for a look has a whole one at each, and no spot of the screen flashes more than three times a
 * second, which is the most that harms nobody (WCAG 2.3.1). Half as fast for a slower camera.
 */
const [STANDS_MS, STANDS_LONG_MS] = [167, 333];

/** A record as it is stored; nothing of one that is none, which the app itself tells. */
const read = (text) => {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
};

/**
 * The phone, the copies of its records without an answer, oldest first, how many lack one, and the
 * moment of the newest record.
 */
async function held() {
  const opening = indexedDB.open("huella");
  // There is none yet, and this is not the one to make it.
  opening.onupgradeneeded = () => opening.transaction.abort();
  const database = await asked(opening).catch(() => null);
  if (!database) return { copies: [], lacking: 0 };
  const reading = database.transaction(["meta", "submissions"]);
  database.close();
  const identity = asked(reading.objectStore("meta").get("identity"));
  const records = await asked(reading.objectStore("submissions").getAll());
  const open = records
    .flatMap(read)
    .filter(({ state }) => state === "pending" || state === "sending")
    .sort((one, other) => one.head.sequence - other.head.sequence);
  const { device } = JSON.parse((await identity) ?? "{}");
  const copies = open.filter(({ copy }) => copy).map(({ copy }) => JSON.parse(copy));
  const newest = Math.max(...open.map(({ head }) => head.recorded_at));
  return { device, copies, lacking: open.length - copies.length, newest };
}

/** What is handed in. */
const textOf = (device, copies, at) =>
  JSON.stringify({ huella: MARK, device, made_at: at.toISOString(), sealed: copies });

/** How many records wait with a copy. */
export async function count() {
  return String((await held()).copies.length);
}

/**
 * Hands the file to whatever the phone shares with, else to its downloads. How many records it
 * holds and how many are not in it, such as "2 0"; blank when the person changed their mind.
 */
export async function make() {
  const { device, copies, lacking } = await held();
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  const text = textOf(device, copies, now);
  // The end of an identifier: its beginning is when it was made.
  const name = `huella-${device.slice(-8)}-${day}.json`;
  const file = new File([text], name, { type: "application/json" });
  const shared = await share(file);
  if (shared === "left") return "";
  if (!shared) download(file);
  return `${copies.length} ${lacking}`;
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
  const { split, packed } = await import("./frames.js");
  const folder = document.querySelector('meta[name="huella-pkg"]').content;
  const { qr } = await import(`/${folder}/field.js`);
  const { device, copies, lacking, newest } = await held();
  // Of the newest record's moment, so that the same records are the same codes.
  const codes = await split(await packed(textOf(device, copies, new Date(newest))));
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
    return told.replace("{got}", last.count).replace("{of}", codes.pieces);
  };
  await staged("frames", symbol, [title, hint, close], async ({ dialog, actions }) => {
    const how = { isHeld: false, isSlow: false };
    const count = dialog.insertBefore(document.createElement("p"), actions);
    actions.prepend(
      toggle(pause, (isHeld) => Object.assign(how, { isHeld })),
      toggle(slower, (isSlow) => Object.assign(how, { isSlow })),
    );
    // Where the browser lets it, the screen stays on; a view that is hidden closes anyway.
    const awake = await navigator.wakeLock?.request("screen").catch(() => null);
    while (dialog.open) {
      if (!how.isHeld) count.textContent = draw();
      await new Promise((done) => setTimeout(done, how.isSlow ? STANDS_LONG_MS : STANDS_MS));
    }
    await awake?.release();
  });
  return String(lacking);
}
