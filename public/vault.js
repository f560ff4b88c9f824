// Keeps what is personal encrypted in the browser's store: AES-GCM with a key that no script can
// read and that is kept beside it. It protects against who reads the store's files without the
// browser, not against who has the unlocked phone; a PIN will wrap the key.
const AES = { name: "AES-GCM", length: 256 };
const NONCE_BYTES = 12;

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/** The vault of a database with a store `keys`; makes its key at the first opening. */
export const openVault = async (database) => {
  const read = () => asked(database.transaction("keys").objectStore("keys").get("vault"));
  let key = await read();
  if (!key) {
    const fresh = await crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
    const writing = database.transaction("keys", "readwrite").objectStore("keys");
    // Another tab may have been first: its key stays.
    await asked(writing.add(fresh, "vault")).catch(() => {});
    key = await read();
  }
  const cipher = (nonce, about) => ({
    name: AES.name,
    iv: nonce,
    additionalData: new TextEncoder().encode(about),
  });
  return {
    /** Seals a text; `about` says what it is and must be the same when it is opened. */
    seal: async (text, about) => {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const plain = new TextEncoder().encode(text);
      return { nonce, bytes: await crypto.subtle.encrypt(cipher(nonce, about), key, plain) };
    },
    /** Opens it; fails when it was changed or is about something else. */
    open: async ({ nonce, bytes }, about) =>
      new TextDecoder().decode(await crypto.subtle.decrypt(cipher(nonce, about), key, bytes)),
  };
};
