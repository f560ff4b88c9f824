// The browser's store, as our scripts ask it, and the identifiers of what is kept there. Each keeps
// what is its own in a database of its own.

/** A UUID of version 7, as the app makes them. */
export const newId = () => {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
};

/** What a request answers. */
export const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/** When a transaction is written. */
const written = (transaction) =>
  new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error);
  });

/** A transaction is done when it is on the flash, or already when the system has it. */
export const STRICT = { durability: "strict" };
export const RELAXED = { durability: "relaxed" };

/**
 * What begins a transaction on all stores of a database, "readonly" or "readwrite": it answers them
 * by their names and, as `done`, when it is written: on the flash, unless the database holds what
 * the phone can be given again. Of an older version `clear` takes away what does not stay, before
 * the stores are made.
 */
export const database = (name, stores, how = STRICT, version = 1, clear = () => {}) => {
  let opening;
  // What the browser has closed is opened at the next question.
  const forget = () => (opening = undefined);
  const open = async () => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      clear(request.result);
      for (const store of stores) request.result.createObjectStore(store);
    };
    const opened = await asked(request);
    opened.onclose = forget;
    opened.onversionchange = () => {
      opened.close();
      forget();
    };
    return opened;
  };
  const begin = async (mode) => {
    opening ??= open();
    return (await opening).transaction(stores, mode, how);
  };
  return async (mode) => {
    // An iPhone closes it while the app lies in the background, and tells nobody.
    const transaction = await begin(mode).catch(() => {
      forget();
      return begin(mode);
    });
    const done = written(transaction);
    // What fails before it is waited for fails there.
    done.catch(() => {});
    const named = stores.map((store) => [store, transaction.objectStore(store)]);
    return { ...Object.fromEntries(named), done };
  };
};
