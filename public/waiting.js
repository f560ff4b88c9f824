// What waits on this phone, read from the store without the vault, so that a closed phone can too:
// for the file that somebody hands in (/handover.js), for pictures, which wait for their records
// (/pictures.js), and for the service worker, into which the server writes this text, since a
// worker of this kind imports nothing.

/** A transaction that reads stores of the app, or of one of its scripts; none before there are any. */
export async function readingOf(stores, asked, name = "huella") {
  const opening = indexedDB.open(name);
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

/** Which device made the record of a number: this phone, or what it was before it was called so. */
export async function makers(meta, asked) {
  const texts = ["identity", "former"].map((name) => asked(meta.get(name)));
  const [identity, former] = (await Promise.all(texts)).map((text) => recordIn(text ?? null));
  // What the phone was before made those up to its last number.
  return (number) => former?.find(({ last }) => number <= last)?.device ?? identity?.device;
}

/**
 * The copies of this phone's records without an answer as they are stored, oldest first, which
 * device made each and behind which visit it goes, how many of those records have none to go, and
 * when the newest was recorded; `asked` waits for a request of the store.
 */
export async function waiting(asked) {
  const reading = await readingOf(["meta", "submissions"], asked);
  if (!reading) return { copies: [], lacking: 0 };
  const [meta, kept] = ["meta", "submissions"].map((store) => reading.objectStore(store));
  const making = makers(meta, asked);
  const records = await asked(kept.getAll());
  const maker = await making;
  const open = records
    .map(recordIn)
    .filter((record) => record?.state === "pending" || record?.state === "sending")
    .sort((one, other) => one.head.sequence - other.head.sequence);
  const [visits, devices] = [new Map(), new Map()];
  // A correction does not go without its visit, nor a visit without one that may register whom it
  // is about: they would come before it.
  const lacking = new Set();
  for (const { head, copy } of open) {
    const visit = head.behind ?? head.visit ?? head.id;
    const device = maker(head.sequence);
    if (!device || !copy || lacking.has(visit)) {
      lacking.add(visit);
    } else {
      visits.set(copy, visit);
      devices.set(copy, device);
    }
  }
  const copies = [...visits.keys()];
  const newest = open.at(-1)?.head.recorded_at;
  return { devices, copies, visits, lacking: open.length - copies.length, newest };
}

/**
 * Copies together, as many as may go at once, all of one device; one alone however much it weighs.
 */
export function batches(copies, devices, letters, most = Infinity) {
  const all = [];
  let sum = letters;
  for (const copy of copies) {
    sum += copy.length;
    const isOthers = devices.get(copy) !== devices.get(all.at(-1)?.[0]);
    if (isOthers || sum > letters || all.at(-1).length === most) {
      all.push([]);
      sum = copy.length;
    }
    all.at(-1).push(copy);
  }
  return all;
}
