// Seals a copy of a record to the recovery key of an outreach, so that only the server opens it:
// when the PIN is forgotten, from another phone, or while this one is locked. ECDH on P-256 with a
// pair made for this copy alone, HKDF-SHA256, AES-256-GCM; the phone is the additional data. It
// protects the copy against whoever has the phone, not against who runs the server.
import { base64url, unbase64url } from "/ed25519.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const AES = { name: "AES-GCM", length: 256 };
const NONCE_BYTES = 12;

const bytes = (text) => new TextEncoder().encode(text);

/**
 * Seals a submission's JSON, `text`, as it would be sent; the JSON of the copy as the server takes
 * it. The key as the set-up tells it; identifiers in small letters, as the app writes them.
 */
export const seal = async (recoveryKey, outreach, device, id, text) => {
  const { subtle } = crypto;
  const own = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  const theirs = await subtle.importKey("raw", unbase64url(recoveryKey), CURVE, false, []);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const derivation = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: bytes(`huella sealed 1 ${outreach} ${id}`),
  };
  const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await subtle.deriveKey(derivation, secret, AES, false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const cipher = { name: AES.name, iv: nonce, additionalData: bytes(device) };
  const body = await subtle.encrypt(cipher, key, bytes(text));
  return JSON.stringify({
    id,
    outreach,
    ephemeral: base64url(new Uint8Array(await subtle.exportKey("raw", own.publicKey))),
    nonce: base64url(nonce),
    body: base64url(new Uint8Array(body)),
  });
};
