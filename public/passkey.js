// A passkey of this phone, which opens the vault beside the PIN: the phone makes a secret of a salt
// (WebAuthn, extension `prf`) once it has seen the finger or the face. No server is asked or told:
// what the passkey signs is not looked at, only the secret counts.
const SALT_BYTES = 32;
const USER_BYTES = 16;
const PATIENCE_MS = 60_000;
/** Where the data of a passkey say what was done, and the bit that finger or face were seen. */
const FLAGS_AT = 32;
const WAS_SEEN = 4;
const WRAP = { name: "AES-KW", length: 256 };

const random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

/** Whether this phone can make one. An address of numbers has no passkeys. */
export const canMake = async () => {
  const kind = globalThis.PublicKeyCredential;
  if (!kind?.getClientCapabilities || /^[\d.]+$|^\[/.test(location.hostname)) return false;
  const { "extension:prf": makesSecrets } = await kind.getClientCapabilities();
  return makesSecrets && kind.isUserVerifyingPlatformAuthenticatorAvailable();
};

/** The key that wraps, of the secret. */
const keyOf = async (secret, salt) => {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("huella vault");
  const how = { name: "HKDF", hash: "SHA-256", salt, info };
  return crypto.subtle.deriveKey(how, base, WRAP, false, ["wrapKey", "unwrapKey"]);
};

/**
 * What it says of its secrets; fails where its data do not say that finger or face were seen, which
 * some of those who keep passkeys for a phone pass over.
 */
const secretOf = (credential, data) => {
  const wasSeen = new Uint8Array(data)[FLAGS_AT] & WAS_SEEN;
  if (!wasSeen) throw new Error("neither finger nor face was seen");
  return credential.getClientExtensionResults().prf;
};

/** Asks for the finger or the face; answers the key, or fails. */
export const ask = async ({ id, salt }) => {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: random(SALT_BYTES),
      rpId: location.hostname,
      // Those of other devices are of no use here: the phone's own key is missing there.
      allowCredentials: [{ type: "public-key", id, transports: ["internal"] }],
      userVerification: "required",
      timeout: PATIENCE_MS,
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  return keyOf(secretOf(found, found.response.authenticatorData).results.first, salt);
};

/** Takes it out of the phone's list, where the browser can; nothing depends on it. */
export const drop = ({ text }) => {
  const about = { rpId: location.hostname, credentialId: text };
  globalThis.PublicKeyCredential?.signalUnknownCredential?.(about).catch(() => {});
};

/** Makes one, what of it is kept, and its key; fails when the phone's passkeys make no secrets. */
export const make = async (name) => {
  const salt = random(SALT_BYTES);
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: random(SALT_BYTES),
      rp: { id: location.hostname, name: "Huella" },
      user: { id: random(USER_BYTES), name, displayName: name },
      pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: {
        authenticatorAttachment: "platform",
        residentKey: "required",
        userVerification: "required",
      },
      timeout: PATIENCE_MS,
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  const { rawId: id, id: text } = made;
  try {
    const prf = secretOf(made, made.response.getAuthenticatorData());
    if (!prf?.enabled) throw new Error("the passkeys of this phone make no secrets");
    // Many phones make the secret only when it is asked for again.
    const first = prf.results?.first;
    return { id, text, salt, other: await (first ? keyOf(first, salt) : ask({ id, salt })) };
  } catch (cause) {
    // Who turned back at the second question has one in the phone's list that opens nothing.
    drop({ text });
    throw cause;
  }
};
