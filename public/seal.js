// Seals a copy of a record or of a picture to the recovery key of an outreach, so that only the
// server opens it: when the PIN is forgotten, from another phone, or while this one is locked. ECDH
// on P-256 with a pair made for this copy alone, HKDF-SHA256, AES-256-GCM; the phone is additional
// data. It protects the copy against whoever has the phone, not against who runs the server.
import { base64url, unbase64url } from "/ed25519.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const AES = { name: "AES-GCM", length: 256 };
const NONCE_BYTES = 12;

const bytes = (text) => new TextEncoder().encode(text);

/** What encrypts for the server alone, and the public half by which the server finds its key. */
const sealer = async (recoveryKey, info) => {
  const { subtle } = crypto;
  const own = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  const theirs = await subtle.importKey("raw", unbase64url(recoveryKey), CURVE, false, []);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(info) };
  const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await subtle.deriveKey(derivation, secret, AES, false, ["encrypt"]);
  const encrypt = async (clear, about) => {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const cipher = { name: AES.name, iv: nonce, additionalData: bytes(about) };
    return { nonce, body: new Uint8Array(await subtle.encrypt(cipher, key, clear)) };
  };
  return { ephemeral: new Uint8Array(await subtle.exportKey("raw", own.publicKey)), encrypt };
};

/**
 * Seals a submission's JSON, `text`, as it would be sent; the JSON of the copy as the server takes
 * it. The key as the set-up tells it; identifiers in small letters, as the app writes them.
 */
export const seal = async (recoveryKey, outreach, device, id, text) => {
  const { ephemeral, encrypt } = await sealer(recoveryKey, `huella sealed 1 ${outreach} ${id}`);
  const { nonce, body } = await encrypt(bytes(text), device);
  const [point, once, held] = [ephemeral, nonce, body].map(base64url);
  return JSON.stringify({ id, outreach, ephemeral: point, nonce: once, body: held });
};

/**
 * Seals a picture in pieces of so many bytes, each as the server takes it
 * (`domain::picture::sealed`): the public half, the nonce, and what was encrypted.
 */
export const sealPieces = async (recoveryKey, { outreach, device, id }, jpeg, size) => {
  const info = `huella sealed picture 1 ${outreach} ${id}`;
  const { ephemeral, encrypt } = await sealer(recoveryKey, info);
  const pieces = [];
  for (let from = 0; from < jpeg.length; from += size) {
    const { nonce, body } = await encrypt(jpeg.subarray(from, from + size), `${device} ${from}`);
    const piece = new Uint8Array(ephemeral.length + nonce.length + body.length);
    piece.set(ephemeral);
    piece.set(nonce, ephemeral.length);
    piece.set(body, ephemeral.length + nonce.length);
    pieces.push(piece);
  }
  return pieces;
};
