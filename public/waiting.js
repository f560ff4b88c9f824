// What waits on this phone, read from the store without the vault, so that a closed phone can too:
// for the file that somebody hands in (/handover.js), for pictures, which wait for their records
// (/pictures.js), and for the service worker, into which the server writes this text, since a
// worker of this kind imports nothing.

/** A transaction that reads stores of the app; none before there are any. */
export async function readingOf(stores, asked) {
  const opening = indexedDB.open("huella");
  // There is none yet, and this is not the one to make it.
  opening.onupgradeneeded = () => opening.transaction.abort();
  const database = await asked(opening).catch(() => null);
  const reading = database?.transaction(stores);
  database?.close();
  return reading;
}

/** A record as it is stored; null of another version that cannot be read: the app tells it. */
export function recordIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** So many records are read at a time. */
const TOGETHER = 64;

/**
 * Gives the records to `take`, a few at a time and each time in a transaction of its own, so that
 * who writes does not wait until thousands were read, and no more of them are in memory; until
 * `take` has enough.
 */
async function walk(asked, take) {
  let range;
  for (;;) {
    const store = (await readingOf(["submissions"], asked))?.objectStore("submissions");
    if (!store) return;
    const asking = [store.getAllKeys(range, TOGETHER), store.getAll(range, TOGETHER)];
    const [keys, texts] = await Promise.all(asking.map(asked));
    if (texts.map(recordIn).some(take) || keys.length < TOGETHER) return;
    range = IDBKeyRange.lowerBound(keys.at(-1), true);
  }
}

/**
 * The phone, the copies of its records without an answer as they are stored, oldest first, behind
 * which visit each goes, how many of those records have none to go, and when the newest was
 * recorded; `asked` waits for a request of the store. Once there are `enough` records with a copy
 * no others are read.
 */
export async function waiting(asked, enough = Infinity) {
  const reading = await readingOf(["meta"], asked);
  if (!reading) return { copies: [], lacking: 0 };
  const { device } = JSON.parse((await asked(reading.objectStore("meta").get("identity"))) ?? "{}");
  const open = [];
  let copied = 0;
  await walk(asked, (record) => {
    if (record?.state !== "pending" && record?.state !== "sending") return false;
    const { head, copy } = record;
    open.push({ head, copy });
    copied += copy ? 1 : 0;
    return copied >= enough;
  });
  open.sort((one, other) => one.head.sequence - other.head.sequence);
  const visits = new Map();
  // A correction does not go without its visit, nor a visit without one that may register whom it
  // is about: they would come before it.
  const lacking = new Set();
  for (const { head, copy } of open) {
    const visit = head.behind ?? head.visit ?? head.id;
    if (!device || !copy || lacking.has(visit)) lacking.add(visit);
    else visits.set(copy, visit);
  }
  const copies = [...visits.keys()];
  const newest = open.at(-1)?.head.recorded_at;
  return { device, copies, visits, lacking: open.length - copies.length, newest };
}

/** Copies together, as many as may go at once; one alone however much it weighs. */
export function batches(copies, letters, most = Infinity) {
  const all = [];
  let sum = letters;
  for (const copy of copies) {
    sum += copy.length;
    if (sum > letters || all.at(-1).length === most) {
      all.push([]);
      sum = copy.length;
    }
    all.at(-1).push(copy);
  }
  return all;
}
