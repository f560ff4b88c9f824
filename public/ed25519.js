// Whether an Ed25519 key made a signature, by the browser's own WebCrypto: for certificates
// (verify.js) and for the receipts of the field app (phone.js); and the base64url in which keys and
// what is made with them are written.

/**
 * Bytes as base64url; letter by letter, since a long record is more than a function takes. What is
 * no list, as in a text that somebody has altered, throws.
 */
export const base64url = (bytes) => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

/** The bytes of a base64url text. */
export const unbase64url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
    letter.charCodeAt(0),
  );

/**
 * "valid", "altered" when the key did not make the signature or is none at all, or "unsupported"
 * where this browser has no Ed25519. The key is the base64url text of its 32 bytes, as in a JSON Web Key.
 */
export async function check(x, signature, message) {
  let key;
  try {
    const jwk = { kty: "OKP", crv: "Ed25519", x };
    key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
  } catch (cause) {
    // A malformed key is a DataError; it must not pass for an old browser.
    return cause?.name === "DataError" ? "altered" : "unsupported";
  }
  const good = await crypto.subtle.verify("Ed25519", key, signature, message);
  return good ? "valid" : "altered";
}
