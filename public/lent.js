// The places and numbers that this phone is lent for the door of an outreach, to promise them
// without signal: what it asks for, what is left of it, and how it comes back
// (/api/v1/field/places). /door.js gives them.
import { within } from "./carry.js";
import { asked, database, newId } from "./store.js";
import { OPEN, readingOf, recordIn, walk } from "./waiting.js";

/** Numbers that a phone asks for at a time; shares that it gives back. */
const NUMBERS = 20;
const MOST_BACK = 16;
export const OFFERINGS = ["chip", "deworming", "sterilisation"];
const REQUEST_MS = 45_000;
/** An answer of this status or above is trouble that passes, as is that nobody is signed in. */
const TROUBLE = 429;
const SIGNED_OUT = 401;

/**
 * Of each outreach what was lent and given, and which record says of whom that they came. Nothing
 * of it is of people, and it outlives what is: a place that was given is not given again.
 */
const store = database("huella-door", ["doors"]);
export const nothing = () => ({ shares: [], next: 1, last: 0, came: {} });

/** What is lent of an offering that something is left of; the number that is given next. */
export const shareOf = ({ shares }, offering) =>
  shares.find((share) => share.offering === offering && share.used < share.granted);
export const numberOf = ({ next, last }) => (next <= last ? next : null);

/**
 * What the phone asks for: places where it has none left, as many as the server finds to be its
 * part on the day, and numbers where it has none.
 * Until there is an answer it asks for the same places, by the same identifier: what was lent by an
 * answer that was lost is lent once. It asks for nothing too: what is void by now is told then.
 * What it has begun to give back goes first.
 */
export const wanted = (door, newId) => {
  door.asked ??= {};
  const lacks = OFFERINGS.filter((offering) => !shareOf(door, offering));
  return {
    give_back: door.back ?? [],
    grant: lacks.map((offering) => ({ id: (door.asked[offering] ??= newId()), offering })),
    numbers: numberOf(door) === null ? NUMBERS : 0,
  };
};

/**
 * Takes what the server lends. Of a share that is known, what was promised here counts: the server
 * may not have heard of it yet.
 */
export const hold = (door, { shares, numbers }) => {
  door.asked = {};
  door.back = [];
  const used = new Map(door.shares.map((share) => [share.id, share.used]));
  door.shares = shares.map((share) => (
    { ...share, used: Math.max(share.used, used.get(share.id) ?? 0) }
  ));
  if (numbers) [door.next, door.last] = [numbers.first, numbers.last];
};

/**
 * Gives a number, and a place where one of an offering is wanted; null without one. It is given
 * before there is a record of it: a phone that dies between promises less, and never more.
 */
export const give = (door, offering) => {
  const share = offering ? shareOf(door, offering) : null;
  if (offering && !share) return null;
  if (share) share.used += 1;
  const number = numberOf(door);
  if (number !== null) door.next += 1;
  return { number, share: share?.id };
};

/**
 * Of those that the server has lent, what goes back: those of which something is left. From then on
 * nothing is given of any of them here, whether or not an answer comes.
 */
export const giveUp = (door, shares) => {
  const left = shares.filter(({ granted, used }) => used < granted);
  door.back = left.map(({ id }) => id).slice(0, MOST_BACK);
  door.asked = {};
  door.shares = [];
  return door.back;
};

/** Changes what is kept of the door of an outreach; answers that, and what the change says. */
export const changed = async (outreach, act) => {
  const { doors, done } = await store("readwrite");
  const door = (await asked(doors.get(outreach))) ?? nothing();
  const told = act(door);
  doors.put(door, outreach);
  await done;
  return { door, told };
};

const post = (asking) =>
  fetch("/api/v1/field/places", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(asking),
    signal: within(REQUEST_MS),
  });

/**
 * One question after the other, of all tabs: an answer that was overtaken would take away what is
 * held.
 */
const inTurn = (act) => navigator.locks?.request("huella-door", act) ?? act();

/**
 * Asks for places and numbers where the door of an outreach lacks them; a phone that is not paired
 * is lent nothing.
 */
export const ask = (outreach, device) =>
  inTurn(async () => {
    const { told } = await changed(outreach, (door) => wanted(door, newId));
    const asking = { outreach, device, ...told };
    let answer = await post(asking);
    // Where nothing is lent any more, what is void is told all the same.
    if (answer.status === 422) answer = await post({ ...asking, grant: [], numbers: 0 });
    if (!answer.ok) return;
    const held = await answer.json();
    await changed(outreach, (door) => hold(door, held));
  });

/** Gives back what is left at one outreach, once the server has said what that is. */
const giveBack = async (outreach, device) => {
  const nothingMore = { outreach, device, grant: [], numbers: 0 };
  const answer = await post({ ...nothingMore, give_back: [] });
  const { shares, refusal } = await answer.json();
  if (shares) {
    const { told } = await changed(outreach, (door) => giveUp(door, shares));
    const given = told.length === 0 || (await post({ ...nothingMore, give_back: told })).ok;
    if (!given) return;
  } else if (!refusal || answer.status >= TROUBLE || answer.status === SIGNED_OUT) {
    return;
  }
  // What the server has back, or does not talk about to this phone, is not asked for again.
  await changed(outreach, (door) => giveUp(door, []));
};

/** The device that this phone is. */
const deviceHere = async () => {
  const reading = await readingOf(["meta"], asked);
  const text = reading && (await asked(reading.objectStore("meta").get("identity")));
  return recordIn(text ?? null)?.device;
};

/** The outreaches of which this phone has records that the server has not heard of. */
const unsent = async () => {
  const here = new Set();
  await walk(asked, (record) => {
    if (OPEN.has(record?.state)) here.add(record.head.outreach);
    return false;
  });
  return here;
};

/**
 * Gives back what is left of the places that were lent elsewhere than where the team stays, or
 * everywhere: others may promise them. Those come later of which promises are still to be sent: the
 * server would take them for left.
 */
export const bringBack = async (stays) => {
  const { doors } = await store("readonly");
  const [names, all] = await Promise.all([doors.getAllKeys(), doors.getAll()].map(asked));
  const isOut = ({ shares, back }) => shares.length > 0 || back?.length > 0;
  const out = names.filter((outreach, at) => outreach !== stays && isOut(all[at]));
  if (!out.length) return "";
  const [device, waits] = await Promise.all([deviceHere(), unsent()]);
  for (const outreach of out) {
    // Without an answer it is for the next time.
    if (!waits.has(outreach)) await inTurn(() => giveBack(outreach, device)).catch(() => {});
  }
  return "";
};
