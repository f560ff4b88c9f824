// This phone's own key: an Ed25519 pair made here, whose private half no script can read, and which
// the browser keeps. And the camera that reads the coordinator's QR, where the browser reads codes.
//
// Each act is an export that answers with the promise of a text; what fails is rejected. The app asks
// through field.js.
import { check } from "/ed25519.js";
import { asked } from "/vault.js";

const ALGORITHM = "Ed25519";
const STORE = "keys";
/** The pair stands under this key of the store. */
const OWN = "device";
/** Pause between two looks through the camera, in milliseconds. */
const LOOK_MS = 150;

const bytes = (text) => new TextEncoder().encode(text);

const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const opened = () => {
  const opening = indexedDB.open("huella-device", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return asked(opening);
};

const kept = (database) => asked(database.transaction(STORE).objectStore(STORE).get(OWN));

const keep = (database, pair) =>
  asked(database.transaction(STORE, "readwrite").objectStore(STORE).add(pair, OWN));

const signed = ({ privateKey }, text) => crypto.subtle.sign(ALGORITHM, privateKey, bytes(text));

// The pair as the browser gives it back: what it made but does not keep is of no use.
const own = async () => {
  const database = await opened();
  try {
    const known = await kept(database);
    if (known) return known;
    const fresh = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    // Another tab may have been first: its pair stays.
    await keep(database, fresh).catch(() => {});
    return await kept(database);
  } finally {
    database.close();
  }
};

// Whether this browser makes such keys at all.
const isAble = async () => {
  try {
    await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
};

/**
 * Makes the pair once, reads it back, signs and checks. The public half in base64url, or
 * "no-ed25519" where the browser has no such keys, or "not-kept" where it does not keep them.
 */
export async function probe() {
  if (!(await isAble())) return "no-ed25519";
  try {
    const pair = await own();
    const { x } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const text = "huella-probe-1";
    const good = await check(x, await signed(pair, text), bytes(text));
    return good === "valid" ? x : "not-kept";
  } catch {
    return "not-kept";
  }
}

/** The signature of a text, in base64url. */
export async function sign(text) {
  return base64url(await signed(await own(), text));
}

/**
 * The signature of bytes by the pair with this public half: a browser that has lost the pair makes
 * another one, for which nobody has given a word.
 */
export async function signAs(x, message) {
  const pair = await own();
  const known = await crypto.subtle.exportKey("jwk", pair.publicKey);
  if (known.x !== x) throw new Error("another key");
  return new Uint8Array(await crypto.subtle.sign(ALGORITHM, pair.privateKey, message));
}

/** "qr" where the camera can be asked to read one. */
export async function scans() {
  if (!navigator.mediaDevices?.getUserMedia || !window.BarcodeDetector) return "";
  const formats = await BarcodeDetector.getSupportedFormats();
  return formats.includes("qr_code") ? "qr" : "";
}

/** What the first QR before the camera says; nothing when somebody closes it before. */
export async function scan(title, close) {
  const video = { facingMode: "environment" };
  const stream = await navigator.mediaDevices.getUserMedia({ video });
  const dialog = document.createElement("dialog");
  const view = document.createElement("video");
  const button = document.createElement("button");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", title);
  Object.assign(view, { srcObject: stream, muted: true, playsInline: true });
  view.style.inlineSize = "100%";
  Object.assign(button, { className: "button", type: "button", textContent: close });
  button.onclick = () => dialog.close();
  dialog.append(view, button);
  document.body.append(dialog);
  try {
    dialog.showModal();
    await view.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    while (dialog.open) {
      // A frame that cannot be read yet holds nothing.
      const [found] = await detector.detect(view).catch(() => []);
      if (found) return found.rawValue;
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    return "";
  } finally {
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
  }
}
