// Pictures of animals and papers: drawn anew (/drawn.js), kept sealed at once, and sent in pieces
// once their records are home. /album.js shows them. In the open lies what the queue shows of a
// record too: identifiers, size, how far it is.
//
// Of what waits there is a copy, too, that only the server opens (/seal.js): by it they go home when
// nobody opens the phone, and when its PIN was forgotten.
//
// Each act is an export; the app asks through field.js and hears of changes by `huella-pictures`.
import { carry, PIECE_BYTES } from "./carry.js";
import { shrunk } from "./drawn.js";
import { sealPieces } from "./seal.js";
import { asked, database, newId, RELAXED } from "./store.js";
import { close, reveal, state } from "./vault.js";
import { makers, readingOf, recordIn } from "./waiting.js";

const DATABASE = "huella-pictures";
const CHANGED = "huella-pictures";
/** Of one animal in one visit. */
export const MOST = 4;
/** What the server does not know, or finds damaged, is sent so often before a person is told. */
const MOST_TRIES = 3;
/** Pause before a picture of an unknown record is tried again, in milliseconds. */
const REST_MS = 120_000;
/** The server's reason when what came is not what was announced. */
const DAMAGED = "picture_damaged";

/** Of each picture its facts, and its bytes under the vault's key; both by its identifier. */
const begin = database(DATABASE, ["facts", "bytes"]);
/**
 * Of those that wait, the pieces of their copies. Apart: a window of an older version would not open
 * a database that has changed.
 */
const beginCopies = database("huella-copies", ["pieces"], RELAXED);

const tell = () => window.dispatchEvent(new Event(CHANGED));
const others = new BroadcastChannel(DATABASE);
others.onmessage = tell;
const changed = () => {
  tell();
  others.postMessage(CHANGED);
};

/** The facts of all, oldest first: an identifier begins with its moment. */
const all = async () => {
  const { facts } = await begin("readonly");
  return asked(facts.getAll());
};

/** Writes what `act` makes of the facts of each picture; one of which it makes null goes. */
const rewrite = async (act) => {
  const { facts, bytes, done } = await begin("readwrite");
  let isAny = false;
  for (const one of await asked(facts.getAll())) {
    const now = act(one);
    if (now === one) continue;
    isAny = true;
    if (now) facts.put(now, one.id);
    else for (const store of [facts, bytes]) store.delete(one.id);
  }
  await done;
  if (isAny) changed();
  return "";
};
const rewriteOne = (id, act) => rewrite((one) => (one.id === id ? act(one) : one));

const about = (id) => `pictures ${id}`;
/** A browser that makes no keys keeps bytes as they are, like texts. */
const sealed = async (jpeg, id) =>
  (await state()) === "none" ? { plain: jpeg } : close(jpeg, about(id));

/** The JPEG; null when it does not open any more. */
export const jpegOf = async (id) => {
  const { bytes } = await begin("readonly");
  const kept = await asked(bytes.get(id));
  try {
    return kept.plain ?? new Uint8Array(await reveal(kept, about(id)));
  } catch {
    return null;
  }
};

const hex = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Those of an animal in the visit that is being recorded, which may mend the record `mended`. */
const isOf = (animal, mended) => (one) =>
  one.animal === animal && (!one.submission || one.submission === mended);

export const ofAnimal = async (animal, mended) => (await all()).filter(isOf(animal, mended));

/** Those that a person has to look at. */
export const inTrouble = async () => (await all()).filter(({ trouble }) => trouble);

/** Keeps a picture of this kind, "animal" or "paper": "kept", "most", "unreadable", "unkept". */
export const take = async (file, kind, animal, mended) => {
  const jpeg = await shrunk(file).catch(() => null);
  if (!jpeg) return "unreadable";
  const id = newId();
  const sizes = { bytes: jpeg.length, tries: 0, trouble: "" };
  try {
    const sha256 = hex(await crypto.subtle.digest("SHA-256", jpeg));
    const one = { id, animal, kind, submission: "", sha256, taken_at: Date.now(), ...sizes };
    const closed = await sealed(jpeg, id);
    const { facts, bytes, done } = await begin("readwrite");
    if ((await asked(facts.getAll())).filter(isOf(animal, mended)).length >= MOST) return "most";
    bytes.put(closed, id);
    facts.put(one, id);
    await done;
  } catch {
    return "unkept";
  }
  changed();
  return "kept";
};

/** Takes a picture out; what `putBack` needs. */
export const takeOut = async (id) => {
  const { facts, bytes, done } = await begin("readwrite");
  const [one, kept] = await Promise.all([asked(facts.get(id)), asked(bytes.get(id))]);
  for (const store of [facts, bytes]) store.delete(id);
  await done;
  changed();
  return { one, kept };
};

export const putBack = async ({ one, kept }) => {
  const { facts, bytes, done } = await begin("readwrite");
  bytes.put(kept, one.id);
  facts.put(one, one.id);
  await done;
  changed();
};

/** A person has seen it and gives it up. */
export const discard = (id) => rewriteOne(id, () => null);

/** A person wants it to be tried again. */
export const retry = (id) => {
  rests.delete(id);
  return rewriteOne(id, (one) => ({ ...one, tries: 0, trouble: "" }));
};

/**
 * The pictures of a visit belong to this record, or blank to the visit, from now on: those of its
 * animals that belonged to none, or to `from`. Once the record is kept those of `from` go whose
 * animal is not in it, and without the owner's consent those of animals; before it may not come to
 * be kept, and another window may have given it pictures of its own.
 */
export const bind = (submission, from, isAllowed, isKept, ...animals) =>
  rewrite((one) => {
    if (one.submission && one.submission !== from) return one;
    const left = isKept ? null : one;
    if (!animals.includes(one.animal)) return one.submission ? left : one;
    if (!isAllowed && one.kind === "animal") return left;
    return { ...one, submission, tries: 0, trouble: "" };
  });

/** A person has withdrawn a record; what it was to mend, if anything, has its pictures again. */
export const withdraw = (submission, mended) =>
  rewrite((one) => {
    if (one.submission !== submission) return one;
    return mended ? { ...one, submission: mended, tries: 0, trouble: "" } : null;
  });

/**
 * Drops what belongs to no record, nor to an animal of the visit that was begun, as it was read at
 * this moment: what was taken since may be of one that came to it after. An app that ended before
 * the record was written has bound pictures to nothing: they are the visit's again, unless another
 * window has written that record meanwhile.
 */
export const sweep = async (moment, ...animals) => {
  const states = await statesOf(await all());
  const loose = new Map();
  await rewrite((one) => {
    const isBegun = animals.includes(one.animal);
    if (!one.submission) return isBegun || one.taken_at > moment ? one : null;
    if (!isBegun || one.isHome || states?.get(one.submission) !== "") return one;
    loose.set(one.id, one);
    return { ...one, submission: "", tries: 0, trouble: "" };
  });
  if (!loose.size) return "";
  const now = await statesOf([...loose.values()]);
  return rewrite((one) => {
    const before = !one.submission && loose.get(one.id);
    return before && now?.get(before.submission) ? before : one;
  });
};

/** Drops all but those of which there is a copy: their key has gone. */
export const drop = async () => {
  const copied = await copies();
  return rewrite((one) => (one.submission && copied.has(one.id) ? one : null));
};

/**
 * How many wait to be sent, how many wait for a person, how many there are, when the oldest of the
 * first was taken, 0 without one, and how many would go with the key: "3 1 5 1795366800000 2".
 */
export const count = async () => {
  const [known, copied] = [await all(), await copies()];
  const bound = known.filter(({ submission }) => submission);
  const waiting = bound.filter(({ trouble }) => !trouble);
  const since = waiting[0]?.taken_at ?? 0;
  const lost = known.length - bound.filter(({ id }) => copied.has(id)).length;
  return [waiting.length, bound.length - waiting.length, known.length, since, lost].join(" ");
};

/** The records of these pictures and who made each, undefined of one that is not here; or null. */
const recordsOf = async (pictures) => {
  const ids = [...new Set(pictures.map(({ submission }) => submission).filter(Boolean))];
  if (ids.length === 0) return new Map();
  const reading = await readingOf(["meta", "submissions"], asked);
  if (!reading) return null;
  const making = makers(reading.objectStore("meta"), asked);
  const store = reading.objectStore("submissions");
  const texts = await Promise.all(ids.map((id) => asked(store.get(id))));
  const maker = await making;
  return new Map(ids.map((id, at) => {
    const record = texts[at] && (recordIn(texts[at]) ?? {});
    return [id, record && { ...record, device: maker(record.head?.sequence) }];
  }));
};

/** Where the records of these pictures stand, blank of one that is not here; null if unknown. */
const statesOf = async (pictures) => {
  const records = await recordsOf(pictures);
  return records && new Map([...records].map(([id, one]) => [id, one ? one.state : ""]));
};

/** Of which pictures there is a copy. */
const copies = async () => {
  const { pieces } = await beginCopies("readonly");
  return new Set(await asked(pieces.getAllKeys()));
};

const changeCopies = async (act) => {
  const { pieces, done } = await beginCopies("readwrite");
  act(pieces);
  await done;
};

const copyOf = async (id) => {
  const { pieces } = await beginCopies("readonly");
  return asked(pieces.get(id));
};

/** The recovery keys of outreaches, as the app told them last. */
let keys = new Map();

/** Makes the copies that are missing, and has the worker send them once there is signal. */
const copyAll = async () => {
  const [known, copied] = [await all(), await copies()];
  const gone = [...copied].filter((id) => !known.some((one) => one.id === id));
  if (gone.length) await changeCopies((pieces) => gone.forEach((id) => pieces.delete(id)));
  const lacking = known.filter((one) => isWaiting(one) && !copied.has(one.id));
  const records = await recordsOf(lacking);
  let isAny = false;
  for (const { id, submission } of lacking) {
    const { head, device } = records?.get(submission) ?? {};
    const key = device && keys.get(head?.outreach);
    const jpeg = key && (await jpegOf(id));
    if (!jpeg) continue;
    const sealed = await sealPieces(key, { outreach: head.outreach, device, id }, jpeg, PIECE_BYTES);
    await changeCopies((pieces) => pieces.put(sealed, id));
    isAny = true;
  }
  if (!isAny) return "";
  tell();
  window.dispatchEvent(new Event("huella-home"));
  return "";
};

let copying;
/** Copies what waits: the server takes nothing just now, or the app is being left. */
const copyWaiting = () => (copying ??= copyAll().finally(() => (copying = undefined)));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) copyWaiting().catch(() => {});
});

/**
 * Keeps the recovery keys, each behind its outreach, with which copies are made when the app is left
 * while pictures wait; `isNow` makes them at once.
 */
export const copy = async (isNow, ...words) => {
  keys = new Map(words.flatMap((word, at) => (at % 2 ? [[words[at - 1], word]] : [])));
  return isNow ? copyWaiting() : "";
};

/** Until when a picture rests that the server does not take just now. */
const rests = new Map();

/** What is to be said of a picture after so many tries in vain. */
const fail = (id, trouble, most) =>
  rewriteOne(id, (one) => {
    const tries = one.tries + 1;
    return { ...one, tries, trouble: tries >= most ? trouble : "" };
  });

/** Sends one picture; the reason to send no further one, or blank. */
const upload = async (one) => {
  const jpeg = await jpegOf(one.id);
  const sealed = jpeg ? null : await copyOf(one.id);
  if (!jpeg && !sealed) return fail(one.id, "shut", 1);
  const { received, status, reason } = await carry(one, jpeg, sealed);
  if (received === one.bytes) return discard(one.id);
  // Without a network the others would not go either.
  if (!status) return "away";
  if (status === 401) return "signed-out";
  if (reason === DAMAGED) return fail(one.id, "damaged", MOST_TRIES);
  if (status === 422) return fail(one.id, "refused", 1);
  // What is wrong with this one does not hold the others.
  rests.set(one.id, Date.now() + REST_MS);
  if (status === 429 || status >= 500) return "away";
  return status === 403 ? "" : fail(one.id, "unknown", MOST_TRIES);
};

/** One that the server does not know what to do with is told, and tried on: it may learn of it. */
const isWaiting = ({ submission, trouble }) => submission && (!trouble || trouble === "unknown");

const sendAll = async () => {
  const waiting = (await all()).filter(isWaiting);
  const states = await statesOf(waiting);
  if (!states) return "";
  const isSent = ({ submission }) => states.get(submission) === "sent";
  await rewrite((one) => (isSent(one) && !one.isHome ? { ...one, isHome: true } : one));
  for (const one of waiting) {
    // One that is not on the phone any more was taken on a day before.
    const mayGo = isSent(one) || states.get(one.submission) === "";
    if (!mayGo || rests.get(one.id) > Date.now()) continue;
    const reason = await upload(one);
    if (reason) return reason;
  }
  return "";
};

let sending;
/**
 * Sends what waits, of records that the server has taken: "signed-out" when somebody has to sign
 * in first, "away" when nobody could be asked, else blank.
 */
export const send = () => (sending ??= sendAll().finally(() => (sending = undefined)));
