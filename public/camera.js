// The camera that reads a code: of a chip's sticker, of the coordinator's invitation. It stands in
// a view of its own, looks a few times a second, and is off again however the view ends. Where the
// browser reads codes itself it is asked; else the decoder reads them (zxing-wasm, in a folder
// that the page names), which the phone takes along when an outreach is prepared.
//
// Each act is an export; the app asks for `read` through field.js, `/pack.js` for what is taken
// along. `/frames.js` films many codes by it, and `/handover.js` shows them in such a view.
import { within } from "./carry.js";
import { button, piece } from "./pieces.js";

/** What stickers and invitations carry. */
const FORMATS = ["code_128", "qr_code", "data_matrix"];
/** More than one code in view cannot be told apart, so that a second is all there is to find. */
const OPTIONS = { maxNumberOfSymbols: 2, textMode: "Plain", tryInvert: false };
const PICTURE = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
/** A larger picture is looked at in this size, in pixels. */
const LONGEST = 1280;
/** Pause between two looks, in milliseconds. */
const LOOK_MS = 100;
/** A browser that promises codes and does not answer within this time reads none. */
const TRY_MS = 2_000;
const REQUEST_MS = 60_000;
/** The decoder's cache, from which the service worker serves it. */
const CACHE = "huella-decoder";
const PARTS = ["reader/index.js", "share.js", "reader/zxing_reader.wasm"];

const folder = () => {
  const name = document.querySelector('meta[name="huella-decoder"]')?.content;
  if (!name) throw new Error("this page names no decoder");
  return `/${name}`;
};

const tried = async () => {
  if (!window.BarcodeDetector) return false;
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!FORMATS.every((format) => formats.includes(format))) return false;
  // Phones without Google's services name the formats all the same, and fail when they are asked.
  const late = new Promise((_, failed) => setTimeout(failed, TRY_MS));
  const blank = new ImageData(64, 64);
  await Promise.race([new BarcodeDetector({ formats: FORMATS }).detect(blank), late]);
  return true;
};

let native;
/** Whether the browser reads codes. */
const isNative = () => (native ??= tried().catch(() => false));

/** The parts of the decoder that are not here, with the cache they belong into. */
const missing = async () => {
  const cache = await caches.open(CACHE);
  const paths = PARTS.map((part) => `${folder()}/${part}`);
  const held = await Promise.all(paths.map((path) => cache.match(path)));
  return { cache, paths: paths.filter((_, at) => !held[at]) };
};

/** Whether codes can be read without signal. */
export const isReady = async () => (await isNative()) || (await missing()).paths.length === 0;

/** Takes along what reading codes without signal needs: nothing where the browser reads them. */
export const prepare = async () => {
  if (await isNative()) return;
  const { cache, paths } = await missing();
  const fetched = paths.map(async (path) => {
    const answer = await fetch(path, { signal: within(REQUEST_MS) });
    const kind = answer.headers.get("content-type") ?? "";
    // A network that wants a sign-in answers with a page of its own.
    if (!answer.ok || !/javascript|wasm/.test(kind)) throw new Error(`no decoder at ${path}`);
    await cache.put(path, answer);
  });
  await Promise.all(fetched);
};

const load = async () => {
  await prepare();
  const { prepareZXingModule, readBarcodes } = await import(`${folder()}/reader/index.js`);
  // By itself it would ask a foreign host for its wasm.
  const overrides = { locateFile: (name) => `${folder()}/reader/${name}` };
  await prepareZXingModule({ overrides, fireImmediately: true });
  return readBarcodes;
};

let loading;
/** What did not come is asked for anew the next time. */
const decoder = () =>
  (loading ??= load().catch((cause) => {
    loading = undefined;
    throw cause;
  }));

/** What looks at a `<video>` and answers the texts of the codes of these formats that it sees. */
const looker = async (formats) => {
  if (await isNative()) {
    const detector = new BarcodeDetector({ formats });
    return async (view) => (await detector.detect(view)).map(({ rawValue }) => rawValue);
  }
  const readBarcodes = await decoder();
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (view) => {
    const { videoWidth, videoHeight } = view;
    const scale = Math.min(1, LONGEST / Math.max(videoWidth, videoHeight));
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    pen.drawImage(view, 0, 0, canvas.width, canvas.height);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    const codes = await readBarcodes(picture, { ...OPTIONS, formats });
    return codes.filter(({ isValid }) => isValid).map(({ text }) => text);
  };
};

/** A button that is on or off; where `turn` fails it stays as it was. */
export const toggle = (words, turn, isOn = false) => {
  const tap = async () => {
    try {
      await turn(!isOn);
      isOn = !isOn;
    } catch {
      // It stays as it was.
    }
    made.setAttribute("aria-pressed", isOn);
  };
  const made = button(words, tap, "quiet");
  made.setAttribute("aria-pressed", isOn);
  return made;
};

/** A dialog round what is seen, with the one sentence about it and its way out. */
const shown = (kind, view, [title, hint, close]) => {
  const said = piece("p", { textContent: hint });
  const actions = piece("div", { className: "actions" }, button(close, () => dialog.close()));
  const dialog = piece("dialog", { className: `dialog ${kind}` }, view, said, actions);
  dialog.setAttribute("aria-label", title);
  said.setAttribute("aria-live", "polite");
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, view, said, actions };
};

/** The light, where the camera has one. */
const addLight = (track, words, actions) => {
  if (!track.getCapabilities?.().torch) return;
  const turn = (torch) => track.applyConstraints({ advanced: [{ torch }] });
  // The way out keeps its place at the end.
  actions.prepend(toggle(words, turn));
};

/** Looks until `judge` has its text; "" when the view was closed before. */
const found = async (look, { dialog, view, said }, judge, pause) => {
  while (dialog.open) {
    // A frame that cannot be read yet holds nothing.
    const texts = [...new Set(await look(view).catch(() => []))];
    const { text, words } = await judge(texts);
    if (text && dialog.open) return text;
    if (said.textContent !== words) said.textContent = words;
    await new Promise((done) => setTimeout(done, pause));
  }
  return "";
};

/** Two looks in a row must see the same one code. */
const alike = (hint, several) => {
  let before;
  return (texts) => {
    const [only] = texts.length === 1 ? texts : [];
    const text = only === before ? only : undefined;
    before = only;
    return { text, words: texts.length > 1 ? several : hint };
  };
};

const opened = async () => {
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ video: PICTURE }) };
  } catch (cause) {
    return { trouble: cause?.name === "NotAllowedError" ? "denied" : "no-camera" };
  }
};

let isOpen = false;

/** What comes of the camera in this view: an answer of `read`. It is off when the view closes. */
const sought = async (scene, light, judge, { formats = FORMATS, pause = LOOK_MS, live }) => {
  const { dialog, view, said, actions } = scene;
  if (live) said.setAttribute("aria-live", live);
  const look = await looker(formats).catch(() => null);
  if (!look) return "not-ready";
  if (!dialog.open) return "cancelled";
  const { stream, trouble } = await opened();
  if (trouble) return trouble;
  const [track] = stream.getVideoTracks();
  // At once, not only when the look that is under way has ended.
  dialog.addEventListener("close", () => track.stop());
  try {
    // It may have closed while the browser asked for leave.
    if (!dialog.open) return "cancelled";
    track.addEventListener("ended", () => dialog.close());
    addLight(track, light, actions);
    view.srcObject = stream;
    await view.play().catch(() => {});
    const text = await found(look, scene, judge, pause);
    return text ? `read ${text}` : "cancelled";
  } finally {
    track.stop();
  }
};

/**
 * Shows something in a view of its own, one at a time, as long as `act` takes: its answer, or
 * "cancelled" when the view was closed before, by whom or what ever. Words: what it is, what to do,
 * the way out.
 */
export const staged = async (kind, seen, words, act) => {
  if (isOpen) return "cancelled";
  isOpen = true;
  const scene = shown(kind, seen, words);
  const { dialog } = scene;
  const left = new AbortController();
  const leave = () => dialog.close();
  for (const event of ["huella-gone", "popstate", "pagehide"]) {
    window.addEventListener(event, leave, { signal: left.signal });
  }
  document.addEventListener("visibilitychange", leave, { signal: left.signal });
  const closed = new Promise((done) => {
    dialog.addEventListener("close", () => done("cancelled"));
  });
  try {
    // Who closes the view and opens it again does not wait for what was under way.
    return await Promise.race([closed, act(scene)]);
  } finally {
    left.abort();
    // Closed before it goes, so that the focus is back where it was.
    dialog.close();
    dialog.remove();
    isOpen = false;
  }
};

/**
 * Looks through the camera until `judge` has what it wants: it is given the texts of each look, and
 * answers the `words` to say and, at the end, the `text`. How: the `formats` of the codes, the
 * `pause` between two looks, and whether what is said is read out, `live`. Answers as `read` does.
 */
export const see = ([title, hint, light, close], judge, how = {}) => {
  const view = piece("video", { muted: true, playsInline: true });
  const act = (scene) => sought(scene, light, judge, how);
  return staged("camera", view, [title, hint, close], act);
};

/**
 * Reads one code: "read " and its text, or "cancelled", "denied", "no-camera" or, where nothing
 * reads codes and the decoder did not come, "not-ready". Words: what is read, what to do, that
 * there is more than one code, the light, the way out.
 */
export const read = (title, hint, several, light, close) =>
  see([title, hint, light, close], alike(hint, several));
