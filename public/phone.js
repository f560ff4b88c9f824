// What the field app asks the browser about this phone: whether it keeps what it was given,
// whether there is room, whether the app is installed, whether a key of ours signed a receipt. And
// how the phone answers when a chip was read (`huella-read`, `huella-misread`).
//
// Each act is an export that answers with the promise of a text; the app asks through field.js.
// When the facts have changed, `huella-phone` is reported on the window.
import { check } from "./ed25519.js";

/** Less room than this, in bytes, or a larger share of the quota in use, is little. */
const ROOM = 50 * 1024 * 1024;
const FULL = 0.9;
/** The word that the notice about installing was read, under this key of localStorage. */
const READ = "huella-install-read";

/** How a reading is answered: hertz and seconds of a tone, and milliseconds of trembling. */
const ANSWERS = { "huella-read": [1_320, 0.08, 40], "huella-misread": [220, 0.3, 250] };

/** "lasting" or "fleeting", once the browser has said which. */
let keeping = "";
/** The browser's own offer to install the app. */
let offer = null;

const changed = () => window.dispatchEvent(new Event("huella-phone"));

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

// What is lasting is not thrown away when the phone runs out of space.
async function askToKeep() {
  const { storage } = navigator;
  if (!storage?.persist) return;
  const lasts = (await storage.persisted()) || (await storage.persist());
  keeping = lasts ? "lasting" : "fleeting";
  changed();
}

async function isFilling() {
  const { usage = 0, quota } = (await navigator.storage?.estimate?.()) ?? {};
  return Boolean(quota) && (quota - usage < ROOM || usage > quota * FULL);
}

// iPhone and iPad alone say whether a page stands on the home screen.
function isOutside() {
  return navigator.standalone === false && !localStorage.getItem(READ);
}

/** Of "lasting", "fleeting", "filling", "outside", "installable" those that hold. */
export async function facts() {
  const filling = (await isFilling()) && "filling";
  return [keeping, filling, isOutside() && "outside", offer && "installable"]
    .filter(Boolean)
    .join(" ");
}

/** Shows the browser's offer to install. */
export async function install() {
  const shown = offer;
  offer = null;
  await shown?.prompt();
  changed();
}

/** The notice about installing was read: it does not come again. */
export async function read() {
  localStorage.setItem(READ, "1");
  changed();
}

/** "valid", "altered" or "unsupported". Key in base64url, signature in base64. */
export async function verify(key, signature, text) {
  let signed;
  try {
    signed = bytes(signature);
  } catch {
    return "altered";
  }
  return check(key, signed, new TextEncoder().encode(text));
}

function answer({ type }) {
  const [hertz, seconds, ms] = ANSWERS[type];
  try {
    navigator.vibrate?.(ms);
    const audio = new AudioContext();
    const [source, volume] = [audio.createOscillator(), audio.createGain()];
    source.frequency.value = hertz;
    volume.gain.value = 0.1;
    source.connect(volume).connect(audio.destination);
    source.start();
    source.stop(audio.currentTime + seconds);
    source.onended = () => audio.close();
  } catch {
    // What stands on the screen says it too.
  }
}

for (const kind of Object.keys(ANSWERS)) window.addEventListener(kind, answer);
window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
  changed();
});
window.addEventListener("appinstalled", () => {
  offer = null;
  changed();
  // An installed app is seldom refused.
  askToKeep().catch(() => {});
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") changed();
});
// A browser that does not answer keeps as it did.
askToKeep().catch(() => {});
