// Checks a certificate's signature again in the browser itself: small, no network but the list of
// public keys. A module.
//
// A provisional certificate (/P/<text>) is told by its length: its signature is that of a phone,
// and behind it stands the server's word on the phone's key, which is checked first. `judge` does
// it for the field app, without signal, by the keys that its set-up has told.
//
// It looks for one element with [data-verify]; on it:
//   data-verify       the signed text (base32 of an untagged COSE_Sign1), as in /V/<text>
//   data-keys         address of the key set; "/.well-known/jwks.json" when absent
//   data-valid        what to say when the signature is good
//   data-altered      … when it is not, or the text cannot be read
//   data-unknown-key  … when no key of the set made it
//   data-unsupported  … when this browser has no Ed25519
//   data-unreachable  … when the key set cannot be fetched
// The element's text becomes the one that applies; data-result gets its name (valid, altered,
// unknown-key, unsupported, unreachable) and data-ms the milliseconds of the check itself:
// decoding, key and signature, without the fetch. With data-payload="1" the decoded payload stands
// in data-read as JSON, for tests.
import { base64url, check as checkSignature } from "./ed25519.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** Letters of the longest text of a final certificate; a provisional one has more. */
const FINAL_LETTERS = 283;
/** An address that holds one, be the case of its letters as it may. */
const PROVISIONAL = /\/P\/([A-Z2-7]{284,525})$/i;
/** The kind of the municipality's own certificate. */
const RNM = 4;
/** Bytes of the server's word on a phone's key, and where its parts begin. */
const WORD = 152;
const [KEY, OUTREACH, FROM, UNTIL, KID, SIGNATURE] = [16, 48, 64, 72, 80, 88];

function base32(text) {
  const bytes = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.toUpperCase()) {
    const five = ALPHABET.indexOf(letter);
    if (five < 0) throw new Error("letter");
    value = (value << 5) | five;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  if (bits >= 5 || value) throw new Error("tail");
  return Uint8Array.from(bytes);
}

// The part of CBOR that a certificate uses: integers, byte and text strings, arrays, maps.
function reader(bytes) {
  let at = 0;
  const take = (count) => {
    if (at + count > bytes.length) throw new Error("short");
    at += count;
    return bytes.subarray(at - count, at);
  };
  function item() {
    const head = take(1)[0];
    const small = head & 31;
    if (small > 27) throw new Error("length");
    let count = small;
    if (small > 23) count = take(1 << (small - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    switch (head >> 5) {
      case 0: return count;
      case 1: return -1 - count;
      case 2: return take(count);
      case 3: return new TextDecoder("utf-8", { fatal: true }).decode(take(count));
      case 4: return Array.from({ length: Math.min(count, 16) }, item);
      case 5: return new Map(Array.from({ length: Math.min(count, 16) }, () => [item(), item()]));
      default: throw new Error("kind");
    }
  }
  return { item, done: () => at === bytes.length };
}

function whole(bytes) {
  const read = reader(bytes);
  const value = read.item();
  if (!read.done()) throw new Error("rest");
  return value;
}

const header = (major, length) =>
  length < 24 ? [(major << 5) | length] : [(major << 5) | 24, length];

function open(bytes) {
  const [protectedBytes, unprotected, payload, signature] = whole(bytes);
  const headers = whole(protectedBytes);
  const formed = headers.get(1) === -8 && !unprotected.size && signature.length === 64;
  if (!formed) throw new Error("form");
  const fields = whole(payload);
  if (fields.length !== 9 || fields[0] !== 1) throw new Error("version");
  const label = new TextEncoder().encode("Signature1");
  const signed = Uint8Array.from([
    ...header(4, 4), ...header(3, label.length), ...label,
    ...header(2, protectedBytes.length), ...protectedBytes,
    ...header(2, 0), ...header(2, payload.length), ...payload,
  ]);
  return { kid: base64url(headers.get(4)), fields, signed, signature };
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const uuid = (bytes) => hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

// What the server has said of a phone's key, and the text that it signed.
function openWord(word) {
  const view = new DataView(word.buffer, word.byteOffset, WORD);
  const [from, until] = [FROM, UNTIL].map((at) => view.getBigUint64(at));
  const [key, kid] = [base64url(word.subarray(KEY, OUTREACH)), word.subarray(KID, SIGNATURE)];
  const lines = [
    "huella-delegation-1", uuid(word.subarray(0, KEY)), key, uuid(word.subarray(OUTREACH, FROM)),
    from, until, hex(kid),
  ];
  const signed = new TextEncoder().encode(lines.join("\n"));
  const signature = word.subarray(SIGNATURE);
  return { kid: base64url(kid), key, until: Number(until), signed, signature };
}

const found = (keys, kid) => keys.find((key) => key.kid === kid)?.x;

// "valid" with what the text says, or another result alone.
async function check(text, keys) {
  const bytes = base32(text);
  if (text.length > FINAL_LETTERS) return checkProvisional(bytes, keys);
  const { kid, signed, signature, fields } = open(bytes);
  const x = found(keys, kid);
  if (!x) return ["unknown-key"];
  const result = await checkSignature(x, signature, signed);
  return result === "valid" ? [result, fields] : [result];
}

// The server's signature, then the phone's. What it says is followed by until when it counts.
async function checkProvisional(bytes, keys) {
  const word = openWord(bytes.subarray(-WORD));
  const { signed, signature, fields } = open(bytes.subarray(0, -WORD));
  const x = found(keys, word.kid);
  if (!x) return ["unknown-key"];
  // A phone signs no certificate of the municipality.
  if (fields[1] === RNM) return ["altered"];
  const result = await checkSignature(x, word.signature, word.signed);
  if (result !== "valid") return [result];
  const own = await checkSignature(word.key, signature, signed);
  return own === "valid" ? [own, fields, word.until] : [own];
}

/**
 * What the QR of a provisional certificate is worth, by the keys of the kept set-up (JSON): "valid"
 * with name and chip, blank for none, line by line; else "expired", "altered", "unknown-key",
 * "unsupported", or "not-provisional" for what is no address of one.
 */
export async function judge(said, setup) {
  const text = PROVISIONAL.exec(said)?.[1];
  if (!text) return "not-provisional";
  const keys = (JSON.parse(setup).delegation_keys ?? []).map(({ kid, key }) => ({
    kid: base64url(kid.match(/../g).map((byte) => parseInt(byte, 16))),
    x: key,
  }));
  try {
    const [result, fields, until] = await check(text, keys);
    if (!fields) return result;
    if (Date.now() >= until) return "expired";
    return [result, fields[7], fields[4] ? `${fields[4]}`.padStart(15, "0") : ""].join("\n");
  } catch {
    return "altered";
  }
}

async function run(element) {
  const data = element.dataset;
  const tell = (result) => {
    data.result = result;
    const name = result.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    if (data[name]) element.textContent = data[name];
  };
  if (!globalThis.crypto?.subtle) return tell("unsupported");
  const fetched = async (cache) => {
    const answer = await fetch(data.keys || "/.well-known/jwks.json", { cache });
    if (!answer.ok) throw new Error("status");
    return (await answer.json()).keys;
  };
  const checked = async (keys) => {
    const started = performance.now();
    let result = ["altered"];
    try {
      result = await check(data.verify, keys);
    } catch {
      // A text that cannot be read stays what it is: altered.
    }
    data.ms = (performance.now() - started).toFixed(2);
    return result;
  };
  let result;
  try {
    result = await checked(await fetched("default"));
    // The key may be younger than the list that this browser kept.
    if (result[0] === "unknown-key") result = await checked(await fetched("reload"));
  } catch {
    return tell("unreachable");
  }
  if (data.payload && result[1]) {
    data.read = JSON.stringify(result[1].map((field) =>
      field instanceof Uint8Array ? base64url(field) : field));
  }
  tell(result[0]);
}

const element = document.querySelector("[data-verify]");
if (element) run(element);
