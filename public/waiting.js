// What waits on this phone, read from the store without the vault, so that a closed phone can too:
// for the file that somebody hands in (/handover.js), for pictures, which wait for their records
// (/pictures.js), for places that were lent (/lent.js), and for the service worker, into which the
// server writes this text, since a worker of this kind imports nothing.

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

/** Where a record waits for a person, and answers that say so. */
const STUCK = new Set(["refused", "conflict"]);
/** Where it waits for the server. */
export const OPEN = new Set(["pending", "sending"]);
/** The visit in whose order a record goes. */
const visitOf = ({ behind, visit, id }) => behind ?? visit ?? id;

/** So many records are read at a time. */
const TOGETHER = 64;

/**
 * Gives the records to `take`, a few at a time and each time in a transaction of its own, so that
 * who writes does not wait until thousands were read, and no more of them are in memory; until
 * `take` has enough.
 */
export async function walk(asked, take) {
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
 * The copies of this phone's records without an answer as they are stored, oldest first, which
 * device made each and behind which visit it goes, how many of those records have none to go, and
 * when the newest was recorded; `asked` waits for a request of the store. Once there are `enough`
 * records with a copy no others are read.
 */
export async function waiting(asked, enough = Infinity) {
  const reading = await readingOf(["meta"], asked);
  if (!reading) return { copies: [], lacking: 0 };
  const maker = await makers(reading.objectStore("meta"), asked);
  const all = [];
  let copied = 0;
  await walk(asked, (record) => {
    const isOpen = OPEN.has(record?.state);
    if (!isOpen && !STUCK.has(record?.state)) return false;
    const { head, copy, is_put_away: isPutAway } = record;
    all.push({ head, copy, isOpen, isPutAway });
    copied += isOpen && copy ? 1 : 0;
    return copied >= enough;
  });
  all.sort((one, other) => one.head.sequence - other.head.sequence);
  const newest = all.filter(({ isOpen }) => isOpen).at(-1)?.head.recorded_at;
  // What mends a record stands in its place.
  const places = new Map();
  for (const { head } of all) places.set(head.id, places.get(head.replaces) ?? head.sequence);
  all.sort((one, other) => places.get(one.head.id) - places.get(other.head.id));
  const [visits, devices] = [new Map(), new Map()];
  // A correction does not go without its visit, nor a visit without one that may register whom it
  // is about: they would come before it. So they wait for one that waits for a person, too, which
  // is no more one that the desk has put away.
  const held = new Map();
  let lacking = 0;
  for (const { head, copy, isOpen, isPutAway } of all) {
    const [visit, place] = [visitOf(head), places.get(head.id)];
    const device = maker(head.sequence);
    if (isOpen && device && copy && !(held.get(visit) < place)) {
      visits.set(copy, visit);
      devices.set(copy, device);
    } else {
      if (!isPutAway && !held.has(visit)) held.set(visit, place);
      lacking += isOpen ? 1 : 0;
    }
  }
  const copies = [...visits.keys()];
  return { devices, copies, visits, lacking, newest };
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
