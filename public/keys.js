// This phone's own key: an Ed25519 pair made here, whose private half no script can read, and which
// the browser keeps.
//
// Each act is an export that answers with the promise of a text; what fails is rejected. The app asks
// through field.js.
import { base64url, check } from "./ed25519.js";
import { asked, STRICT } from "./store.js";

const ALGORITHM = "Ed25519";
const STORE = "keys";
/** The pair stands under this key of the store. */
const OWN = "device";

const bytes = (text) => new TextEncoder().encode(text);

const opened = () => {
  const opening = indexedDB.open("huella-device", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return asked(opening);
};

const kept = (database) => asked(database.transaction(STORE).objectStore(STORE).get(OWN));

const keep = (database, pair) =>
  asked(database.transaction(STORE, "readwrite", STRICT).objectStore(STORE).add(pair, OWN));

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

/** Whether this browser makes such keys at all. */
export const isAble = async () => {
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

/** Throws the pair away: the phone is another device from now on. */
export async function forget() {
  const database = await opened();
  try {
    await asked(database.transaction(STORE, "readwrite", STRICT).objectStore(STORE).delete(OWN));
  } finally {
    database.close();
  }
  return "";
}

/** The signature of a text, in base64url. */
export async function sign(text) {
  return base64url(new Uint8Array(await signed(await own(), text)));
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
