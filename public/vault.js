// Keeps what is personal encrypted in the browser's store: AES-GCM with a key that is there only
// wrapped, by a key that no script can read and, once a PIN was chosen, by one made of the PIN too;
// or, beside that, by one that a passkey makes (/passkey.js).
// README says against whom this protects, and against whom it does not.
//
// Each act is an export that answers with the promise of a text; the app asks through field.js.
import { asked, database } from "./store.js";

const AES = { name: "AES-GCM", length: 256 };
const WRAP = { name: "AES-KW", length: 256 };
/** What is wrapped a second time has to be a key; of this kind one may have any length. */
const CARRIER = { name: "HMAC", hash: "SHA-256" };
const USES = ["encrypt", "decrypt"];
const NONCE_BYTES = 12;
const SALT_BYTES = 16;
const ROUNDS = 600_000;
/** Wrong PINs without a wait, and after how many no PIN opens any more. */
const FREE_TRIES = 4;
const MOST_TRIES = 15;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** A phone with a PIN that nobody has touched for so long closes. */
const IDLE_MS = 10 * 60_000;
const LOOK_MS = 15_000;
/** So many bytes a function takes as arguments on every browser. */
const CHUNK = 8_192;
/** Sealed texts begin so; a text of before there was a vault never does. */
const MARK = "~";

const { subtle } = crypto;
const utf8 = (text) => new TextEncoder().encode(text);

const store = database("huella-vault", ["keys"]);

const kept = async (name) => {
  const { keys } = await store("readonly");
  return asked(keys.get(name));
};

const keep = async (values) => {
  const { keys, done } = await store("readwrite");
  for (const [name, value] of Object.entries(values)) keys.put(value, name);
  await done;
};

/** The vault's key, while it is open. */
let key = null;
/** Other tabs still hold the old key when one begins with a new one. */
const others = new BroadcastChannel("huella-vault");
others.onmessage = () => location.reload();
let touched = Date.now();

const pinKey = async (pin, salt) => {
  const base = await subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return subtle.deriveKey(how, base, WRAP, false, ["wrapKey", "unwrapKey"]);
};

const newVault = () => subtle.generateKey(AES, true, USES);

/** Wrapped by another key and, around that, by the phone's own. */
const wrapTwice = async (vault, device, other) => {
  const inner = await subtle.wrapKey("raw", vault, other, WRAP);
  const carrier = await subtle.importKey("raw", inner, CARRIER, true, ["sign"]);
  return subtle.wrapKey("raw", carrier, device, WRAP);
};

/** What the other key alone still wraps. */
const innerOf = async (wrapped, device) => {
  const carrier = await subtle.unwrapKey("raw", wrapped, device, WRAP, CARRIER, true, ["sign"]);
  return subtle.exportKey("raw", carrier);
};

const wrap = async (vault, device, pin) => {
  if (!pin) return { wrapped: await subtle.wrapKey("raw", vault, device, WRAP), salt: null };
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  return { wrapped: await wrapTwice(vault, device, await pinKey(pin, salt)), salt };
};

/**
 * What a PIN alone still wraps, or the wrapping itself where there is no PIN. That the phone's own
 * key opens it says nothing of the PIN.
 */
const carried = async ({ wrapped, salt }, device) => {
  if (!salt) return { inner: wrapped, by: () => device };
  return { inner: await innerOf(wrapped, device), by: (pin) => pinKey(pin, salt) };
};

/** The key out of its wrapping; fails when the PIN is another. */
const unwrap = async ({ inner, by }, pin, isWrappedAnew) =>
  subtle.unwrapKey("raw", inner, await by(pin), WRAP, AES, isWrappedAnew, USES);

/**
 * This phone's keys; makes them at the first opening. None where the browser makes no such keys or
 * does not keep them: then nothing is sealed, as nothing can be.
 */
const made = async () => {
  const read = async () => {
    const { keys } = await store("readonly");
    const values = ["device", "vault"].map((name) => asked(keys.get(name)));
    const [device, vault] = await Promise.all(values);
    return { device, vault };
  };
  const here = await read();
  if (here.device) return here;
  try {
    const device = await subtle.generateKey(WRAP, false, ["wrapKey", "unwrapKey"]);
    const vault = await wrap(await newVault(), device, "");
    const { keys, done } = await store("readwrite");
    keys.add(device, "device");
    keys.add(vault, "vault");
    await done;
  } catch {
    // Another tab may have been first: its keys stay.
  }
  return read();
};

let opening;
/** The key; none while it is closed. One that needs no PIN is opened by who asks first. */
const opened = async () => {
  if (key) return key;
  opening ??= (async () => {
    const { device, vault } = await made();
    if (!device || vault.salt || vault.blocked) return;
    key = await unwrap(await carried(vault, device), "", false);
  })().finally(() => (opening = undefined));
  await opening;
  return key;
};

/**
 * "open", "closed" until the PIN is given, "blocked" after too many wrong ones, "none" where there
 * can be no vault; has it a PIN, and a passkey beside it?
 */
export const state = async () => {
  const isOpen = Boolean(await opened());
  const { device, vault } = await made();
  if (!device) return "none";
  const { salt, blocked } = vault;
  if (blocked) return "blocked";
  const hasPasskey = salt && (await kept("passkey"));
  return `${isOpen ? "open" : "closed"}${salt ? " pin" : ""}${hasPasskey ? " passkey" : ""}`;
};

/** One at a time, of all tabs: what is read of the keys is still true when it is written. */
const alone = (act) => navigator.locks?.request("huella-vault", act) ?? act();

/** How long until the next try; a clock that was put back neither shortens nor lengthens it. */
const waiting = async ({ failed, until = 0 }) => {
  const wait = until - Date.now();
  if (wait <= LONGEST_WAIT_MS) return wait;
  await keep({ tries: { failed, until: Date.now() + LONGEST_WAIT_MS } });
  return LONGEST_WAIT_MS;
};

/** Neither PIN nor passkey opens any more: who has it open, here or in another tab, begins anew. */
const block = async () => {
  await keepWithoutPasskey({ vault: { blocked: true } });
  others.postMessage("blocked");
  if (key) location.reload();
  return "blocked";
};

/** A try counts before it is made, so that none is won by ending the app. */
const tried = async (pin) => {
  const { device, vault } = await made();
  if (vault.blocked) return "blocked";
  const tries = (await kept("tries")) ?? {};
  const wait = await waiting(tries);
  if (wait > 0) return `wait ${wait}`;
  const { failed = 0 } = tries;
  const isFree = failed < FREE_TRIES;
  const waits = isFree ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failed - FREE_TRIES), LONGEST_WAIT_MS);
  const inside = await carried(vault, device);
  await keep({ tries: { failed: failed + 1, until: Date.now() + waits } });
  try {
    key = await unwrap(inside, pin, false);
  } catch {
    if (failed + 1 >= MOST_TRIES) return block();
    return isFree ? "wrong" : `wait ${waits}`;
  }
  touched = Date.now();
  await keep({ tries: {} });
  return "open";
};

/**
 * Opens by the PIN: "open", "wrong", "wait" and the milliseconds until the next try, or "blocked".
 */
export const unlock = (pin) => alone(() => tried(pin));

/** Chooses a PIN, or another one by the old: "open", or why not as `unlock` says it. */
export const choose = (pin, old) =>
  alone(async () => {
    const { device, vault } = await made();
    if (vault.salt) {
      const answer = await tried(old);
      if (answer !== "open") return answer;
    }
    const open = await unwrap(await carried(vault, device), old, true);
    await keep({ vault: await wrap(open, device, pin) });
    touched = Date.now();
    return "open";
  });

const passkeys = () => import("./passkey.js");

/** "there" when a passkey opens as well, "offered" where the phone could make one. */
export const passkey = async () => {
  if (await kept("passkey")) return "there";
  return (await (await passkeys()).canMake()) ? "offered" : "";
};

/**
 * Makes a passkey of this name, by the PIN: who has the phone open in hand does not open it with
 * the own finger from then on. "open", or why not as `unlock` says it; fails when none is made.
 */
export const addPasskey = (pin, name) =>
  alone(async () => {
    const answer = await tried(pin);
    if (answer !== "open") return answer;
    const { device, vault } = await made();
    const open = await unwrap(await carried(vault, device), pin, true);
    const { other, ...own } = await (await passkeys()).make(name);
    await keep({ passkey: { ...own, wrapped: await wrapTwice(open, device, other) } });
    touched = Date.now();
    return "open";
  });

/** Opens by the passkey: "open", or fails. Wrong PINs do not hinder it, and stay counted. */
export const unlockByPasskey = async () => {
  const other = await (await passkeys()).ask(await kept("passkey"));
  return alone(async () => {
    const { device } = await made();
    // None when it was taken away meanwhile.
    const { wrapped } = await kept("passkey");
    key = await unwrap({ inner: await innerOf(wrapped, device), by: () => other }, "", false);
    touched = Date.now();
    return "open";
  });
};

/** Writes these values, and with them that no passkey opens any more. */
const keepWithoutPasskey = async (values) => {
  const found = await kept("passkey");
  await keep({ ...values, passkey: null });
  // A phone that does not forget its own half goes on: it opens nothing.
  if (found) passkeys().then(({ drop }) => drop(found)).catch(() => {});
};

/** Only the PIN opens from now on. */
export const removePasskey = () => alone(() => keepWithoutPasskey({})).then(() => "open");

/** Begins with a new key and without PIN: what the old one closed stays closed. */
export const renew = () =>
  alone(async () => {
    const { device } = await made();
    const vault = await wrap(await newVault(), device, "");
    // At once: a passkey that was left would open the vault with a key of before.
    await keepWithoutPasskey({ vault, tries: {} });
    key = null;
    others.postMessage("renewed");
    return state();
  });

const cipher = (iv, about) => ({ name: AES.name, iv, additionalData: utf8(about) });

const need = async () => {
  const found = await opened();
  if (!found) throw new Error("the vault is closed");
  return found;
};

/**
 * A text, or bytes, under the key; `about` says what they are and must be the same when they are
 * opened.
 */
export const close = async (content, about) => {
  const clear = typeof content === "string" ? utf8(content) : content;
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return { nonce, bytes: await subtle.encrypt(cipher(nonce, about), await need(), clear) };
};

/** Opens the bytes; fails when they were changed or are about something else. */
export const reveal = async ({ nonce, bytes }, about) =>
  subtle.decrypt(cipher(nonce, about), await need(), bytes);

/** Bytes as a block, likewise; where no keys are kept they stay as they are, like texts. */
export const fold = async (bytes, about) =>
  (await state()) === "none" ? bytes : close(bytes, about);

/** Opens the bytes of a block. */
export const unfold = async (block, about) =>
  block instanceof Uint8Array ? block : reveal(block, about);

/** Opens a text, likewise. */
export const disclose = async (kept, about) =>
  new TextDecoder().decode(await reveal(kept, about));

/** Base64, by the browser where it can: its own is many times faster. */
const toText = (all) => {
  if (all.toBase64) return all.toBase64();
  let binary = "";
  for (let from = 0; from < all.length; from += CHUNK) {
    binary += String.fromCharCode(...all.subarray(from, from + CHUNK));
  }
  return btoa(binary);
};
const toBytes = (text) => {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const all = new Uint8Array(binary.length);
  for (let at = 0; at < all.length; at += 1) all[at] = binary.charCodeAt(at);
  return all;
};

/** Of words that come in pairs, what becomes of each pair, as a list in JSON. */
const each = async (words, act) => {
  const doing = [];
  for (let at = 0; at < words.length; at += 2) doing.push(act(words[at], words[at + 1]));
  return JSON.stringify(await Promise.all(doing));
};

let last = Promise.resolve();
/**
 * Texts under the key, each given with what it is about before it. Who asks first is answered
 * first, so that what is written after it comes in order.
 */
export const seal = (...words) => {
  const sealing = last.then(() =>
    each(words, async (about, text) => {
      const { nonce, bytes } = await close(text, about);
      const all = new Uint8Array(nonce.length + bytes.byteLength);
      all.set(nonce);
      all.set(new Uint8Array(bytes), nonce.length);
      return MARK + toText(all);
    }));
  last = sealing.catch(() => {});
  return sealing;
};

const unsealed = async (about, text) => {
  // What was never sealed is as it is.
  if (!text.startsWith(MARK)) return text;
  const all = toBytes(text.slice(MARK.length));
  return disclose({ nonce: all.slice(0, NONCE_BYTES), bytes: all.slice(NONCE_BYTES) }, about);
};

/** Opens texts, each given with what it is about before it; null where one does not open. */
export const open = (...words) =>
  each(words, (about, text) => unsealed(about, text).catch(() => null));

// Who leaves the phone on the table leaves it closed: the page begins anew, at the PIN. One that is
// shown codes, or shows them (/frames.js), was not left: it would lose what it has read so far.
const look = async () => {
  // A clock that was put back says nothing either.
  if (!key || Math.abs(Date.now() - touched) < IDLE_MS) return;
  const { salt, blocked } = await kept("vault");
  if (salt || blocked) location.reload();
};
for (const name of ["pointerdown", "keydown", "huella-stir"]) {
  addEventListener(name, () => (touched = Date.now()), { capture: true, passive: true });
}
document.addEventListener("visibilitychange", look);
setInterval(look, LOOK_MS);
