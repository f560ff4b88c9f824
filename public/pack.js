// What the phone takes along to an outreach: fetched page by page, each kept encrypted as a block of
// the lines by which its owners are found, and their cards a few at a time. It goes on where it
// stopped. Beside them who has a booking there, which /door.js shows, what the camera needs to read
// codes, and the app itself, as /shell.js has it kept. Each act is an export; the app asks through
// field.js and hears of changes by the event `huella-pack`.
import { isReady, prepare } from "./camera.js";
import { within } from "./carry.js";
import { bringBack } from "./lent.js";
import { isAble } from "./keys.js";
import { isKept, keep as keepShell } from "./shell.js";
import { asked, database, RELAXED } from "./store.js";
import { close, disclose } from "./vault.js";
import { readingOf, recordIn } from "./waiting.js";

const DATABASE = "huella-pack";
/** What is fetched; in a form of before it is fetched anew. */
const FETCHED = ["blocks", "cards", "state"];
const VERSION = 2;
/** Who has a booking at an outreach, under this word and where and who of the state. */
const BOOKINGS = "bookings";
/** Cards that are sealed together: a search opens those of whom it finds, and few others. */
const CARDS_TOGETHER = 8;
const REQUEST_MS = 45_000;
/** Reasons of the server after which nobody's data is to stay here. */
const ENDED = new Set(["forbidden", "not_your_outreach", "no_open_outreach"]);
/** Signing out, `routes::SIGN_OUT`, and how long it waits for the pack to go, and what was lent. */
const SIGN_OUT = "/salir";
const DROP_MS = 2_000;
const SIGN_OUT_MS = 15_000;
const NONE = {
  scope: "",
  block: 0,
  total: 0,
  done: 0,
  more: false,
  as_of: 0,
  is_ready: false,
  gone: [],
  place: "",
  first: 0,
};

const begin = database(DATABASE, FETCHED, RELAXED, VERSION, (before) => {
  for (const name of [...before.objectStoreNames]) before.deleteObjectStore(name);
});
let busy = false;
let trouble = null;

/** What is stored of the state, and how often a pack was dropped, in one transaction. */
const stored = async ({ state: states }) => {
  const [state, drops] = await Promise.all([asked(states.get("state")), asked(states.get("drops"))]);
  return { ...NONE, ...state, drops: drops ?? 0 };
};

const kept = async () => stored(await begin("readonly"));

const tell = () => window.dispatchEvent(new Event("huella-pack"));

/** Takes everything away. The count of drops stays: no tab keeps what was on its way before. */
const clear = (writing, drops) => {
  for (const name of FETCHED) writing[name].clear();
  writing.state.put(drops + 1, "drops");
};

/** Drops everything. */
export const drop = async () => {
  const writing = await begin("readwrite");
  const { drops } = await stored(writing);
  clear(writing, drops);
  await writing.done;
  known = { of: "", text: "" };
};

const about = (state, block, part) => `${state.scope} ${block} ${part}`;

/** Who has left what was taken along, less those who come again with this page. */
const away = (before, page) => {
  const back = new Set(page.owners.map((owner) => owner.id));
  return [...new Set([...before.gone, ...(page.gone ?? [])])].filter((id) => !back.has(id));
};

/**
 * One page as a block, with the state after it, in one transaction; null when it was the last, or
 * when what is stored is no longer what the page was asked after. The first page of a pack that
 * `clears` takes the place of what was there. What is taken anew lies behind what was there, which
 * serves on and goes with the last page.
 */
const keep = async (page, before, clears) => {
  const block = before.block;
  const lines = await close(page.lines.join("\n"), about(before, block, "lines"));
  const cards = [];
  for (let from = 0; from < page.owners.length; from += CARDS_TOGETHER) {
    const some = page.owners.slice(from, from + CARDS_TOGETHER).map((one) => JSON.stringify(one));
    cards.push(await close(some.join("\n"), about(before, block, `cards ${cards.length}`)));
  }
  const isBlank = page.owners.length === 0;
  const { is_ready: wasReady, anew } = before;
  if (anew) anew.done += page.owners.length;
  const isOver = anew && !page.next;
  const isCounted = !wasReady || isOver;
  const state = {
    ...before,
    begun: before.next ? before.begun : page.as_of,
    block: isBlank ? block : block + 1,
    next: page.next,
    total: isCounted ? page.total : before.total,
    done: isOver ? anew.done : wasReady ? before.done : before.done + page.owners.length,
    more: isCounted ? page.more : before.more,
    anew: isOver ? undefined : anew,
    first: isOver ? anew.block : before.first,
    asked_at: Date.now(),
    gone: away(before, page),
    place: page.place ?? "",
    is_ready: wasReady || !page.next,
  };
  // A moment counts once all of its pages are here.
  if (!page.next) state.as_of = state.begun;
  const writing = await begin("readwrite");
  const here = await stored(writing);
  const isSame = here.scope === before.scope && here.block === block;
  if (!(clears || isSame) || here.drops !== before.drops) return null;
  if (clears) {
    clear(writing, here.drops);
    state.drops += 1;
  }
  if (isOver) {
    writing.blocks.delete(IDBKeyRange.upperBound(anew.block, true));
    writing.cards.delete(IDBKeyRange.upperBound([anew.block], true));
  }
  if (!isBlank) {
    writing.blocks.put(lines, block);
    for (const [at, some] of cards.entries()) writing.cards.put(some, [block, at]);
  }
  writing.state.put(state, "state");
  await writing.done;
  return state.next ? state : null;
};

/** A question of ours: for JSON, and given up after a while. */
const asJson = () => ({
  headers: { accept: "application/json" },
  signal: within(REQUEST_MS),
});

const asking = async (outreach, state) => {
  const query = new URLSearchParams();
  if (state.next) query.set("after", state.next);
  if (state.is_ready && !state.anew) query.set("since", state.as_of);
  if (state.place) query.set("place", state.place);
  const answer = await fetch(`/api/v1/field/pack/${outreach}?${query}`, asJson());
  return { status: answer.status, body: await answer.json() };
};

/** Fetches what is missing, or what has changed since, of an outreach for a person. */
const fetchAll = async (outreach, staff, until) => {
  const scope = `${outreach} ${staff}`;
  // The outreach may have been put off since it was begun.
  let state = { ...(await kept()), until };
  const begun = () => ({ ...NONE, scope, until, drops: state.drops });
  // What was taken along to another outreach serves there until the first page of this one is here.
  let clears = state.scope !== scope;
  if (clears) state = begun();
  while (state) {
    const { status, body } = await asking(outreach, state);
    if (status !== 200) {
      // The app reads the reason; without one it was not our server that answered.
      const refusal = body.refusal && JSON.stringify(body.refusal);
      trouble = { refusal: refusal ?? null };
      // Who does not work there any more keeps none of its people.
      const reason = body.refusal?.reason;
      const isOfHere = !clears || reason === "forbidden";
      if (status === 403 && ENDED.has(reason) && isOfHere) await drop();
      return;
    }
    // Of another place, or after too many changes, it is the first page of everything.
    if (body.anew && state.is_ready) {
      state = { ...state, next: undefined, anew: { block: state.block, done: 0 } };
    } else if (body.anew) {
      state = begun();
      clears = true;
    }
    state = await keep(body, state, clears);
    clears = false;
    tell();
  }
};

const aboutBookings = (scope) => `${BOOKINGS} ${scope}`;

/** Who has a booking at the outreach, as it was taken along by this person; null without that. */
export const bookings = async (outreach, staff) => {
  const { state: states } = await begin("readonly");
  const key = aboutBookings(`${outreach} ${staff}`);
  const { sealed } = (await asked(states.get(key))) ?? {};
  const text = sealed && (await disclose(sealed, key).catch(() => null));
  return text ? JSON.parse(text) : null;
};

/**
 * Takes them along anew, where the server answers; what was here before serves on without. Nothing
 * is kept when everything was dropped meanwhile: so often it had been before.
 */
export const fetchBookings = async (outreach, staff, until, dropped) => {
  const drops = dropped ?? (await kept()).drops;
  const answer = await fetch(`/api/v1/field/pack/${outreach}/bookings`, asJson());
  if (answer.status === 429 || answer.status >= 500) throw new Error(`bookings: ${answer.status}`);
  if (!answer.ok) return;
  const text = await answer.text();
  // A network that answers with pages of its own fails here.
  if (!Array.isArray(JSON.parse(text))) return;
  const key = aboutBookings(`${outreach} ${staff}`);
  const sealed = await close(text, key);
  const writing = await begin("readwrite");
  const isSame = (await stored(writing)).drops === drops;
  if (isSame) writing.state.put({ sealed, until: Number(until) }, key);
  await writing.done;
};

/** So long before a pack is over its outreach's day ends: `DAYS_KEPT` of the app. */
const KEPT_MS = 2 * 86_400_000;

/** Whether the server's word on this phone's key holds for the outreach, to the end of its day. */
const isPaired = async ({ scope, until }) => {
  const meta = (await readingOf(["meta"], asked)).objectStore("meta");
  const { delegation } = recordIn(await asked(meta.get("pairing")));
  const end = Math.max(Date.now(), until - KEPT_MS);
  return scope.startsWith(delegation.outreach) && end < delegation.until;
};

/** What is not here of what a day without signal needs beside the cards, as the app reads it. */
const lacking = async (found, booked) => {
  const here = {
    shell: await isKept().catch(() => false),
    bookings: booked,
    decoder: await isReady().catch(() => false),
    // One that was never paired has nothing to be read; where no key can be made, none is missing.
    pairing: await isPaired(found).catch(async () => !(await isAble())),
  };
  return Object.keys(here).filter((part) => !here[part]).join(" ");
};

/** Drops bookings whose time is over, of whichever outreach; what is booked at the pack's. */
const bookedAt = async (scope) => {
  const own = IDBKeyRange.bound(BOOKINGS, `${BOOKINGS}~`);
  const { state: states } = await begin("readonly");
  const [names, all] = await Promise.all([states.getAllKeys(own), states.getAll(own)].map(asked));
  const over = names.filter((_, at) => all[at].until < Date.now());
  if (over.length) {
    const writing = await begin("readwrite");
    for (const name of over) writing.state.delete(name);
    await writing.done;
  }
  return names.includes(aboutBookings(scope));
};

/** What is here, as JSON; what is over is dropped. */
export const state = async () => {
  const found = await kept();
  const booked = await bookedAt(found.scope);
  if (found.until < Date.now()) {
    await drop();
    return JSON.stringify(NONE);
  }
  // Who has taken nothing along has not been promised anything.
  const lacks = found.scope ? await lacking(found, booked) : "";
  return JSON.stringify({ ...found, gone: undefined, is_busy: busy, lacks, trouble });
};

const take = async (outreach, staff, until) => {
  if (busy) return;
  busy = true;
  trouble = null;
  tell();
  // One tab at a time: two would ask for the same pages.
  const locked = navigator.locks?.request.bind(navigator.locks, "huella-pack");
  const work = async () => {
    await fetchAll(outreach, staff, Number(until));
    const { scope, is_ready: isWhole, drops } = await kept();
    const isHere = isWhole && scope === `${outreach} ${staff}`;
    if (isHere) await fetchBookings(outreach, staff, until, drops);
  };
  // Whether they came is in the state.
  const codes = prepare().catch(() => {});
  await (locked ? locked(work) : work()).catch((cause) => {
    // Anything but a lack of room is a network that broke or that answers with pages of its own.
    trouble = { is_full: cause?.name === "QuotaExceededError" };
  });
  await codes;
  // What has stopped is told at once.
  if (!trouble) await keepShell().catch(() => {});
  busy = false;
  tell();
};
export { take as fetch };

let known = { of: "", text: "" };

/**
 * All lines as one text, "block/place", tab and the line by which an owner is found: of an owner the
 * newest, if still there.
 */
const lines = async (state, reading) => {
  const { scope, drops, first, gone } = state;
  const of = [scope, drops, first, state.block, gone.length].join(" ");
  if (known.of === of) return known.text;
  const all = reading.blocks;
  const [keys, blocks] = await Promise.all([asked(all.getAllKeys()), asked(all.getAll())]);
  const newest = new Map();
  for (const [at, block] of blocks.entries()) {
    const text = await disclose(block, about(state, keys[at], "lines"));
    for (const [place, line] of text.split("\n").entries()) {
      newest.set(line.slice(0, line.indexOf("\t")), `${keys[at]}/${place}\t${line}`);
    }
  }
  for (const id of gone) newest.delete(id);
  known = { of, text: [...newest.values()].join("\n") };
  return known.text;
};

/** At most `limit` lines that hold all needles, in their order. */
export const holding = (text, needles, limit) => {
  const found = [];
  // The longest finds the fewest lines to look at.
  const [first, ...others] = [...needles].sort((one, other) => other.length - one.length);
  let at = text.indexOf(first);
  while (at >= 0 && found.length < limit) {
    const end = text.indexOf("\n", at);
    const line = text.slice(text.lastIndexOf("\n", at) + 1, end < 0 ? undefined : end);
    if (others.every((needle) => line.includes(needle))) found.push(line);
    at = end < 0 ? -1 : text.indexOf(first, end);
  }
  return found;
};

const searchable = async () => {
  const reading = await begin("readonly");
  const state = await stored(reading);
  return { state, text: await lines(state, reading) };
};

/** Reads the lines before they are asked for, once the phone has nothing else to do. */
export const warm = async () => {
  await new Promise((done) => (window.requestIdleCallback ?? setTimeout)(done));
  await searchable();
};

/** All lines: what `find` looks at. */
export const index = async () => (await searchable()).text;

/**
 * Who is found, as the register's search answers: `ways` is a list of needles for each way there is
 * to read what was typed, as JSON; the first way that finds anybody counts.
 */
export const find = async (ways, most) => {
  const { state, text } = await searchable();
  let found = [];
  for (const needles of JSON.parse(ways)) {
    if (found.length === 0) found = holding(text, needles, Number(most) + 1);
  }
  const places = found.slice(0, most).map((line) => line.split("\t", 1)[0].split("/").map(Number));
  const { cards } = await begin("readonly");
  const asking = new Map();
  for (const [block, place] of places) {
    const some = Math.floor(place / CARDS_TOGETHER);
    const key = `${block} ${some}`;
    if (!asking.has(key)) asking.set(key, asked(cards.get([block, some])));
  }
  const texts = new Map();
  for (const [key, sealed] of asking) {
    const [block, some] = key.split(" ");
    const opened = await disclose(await sealed, about(state, block, `cards ${some}`));
    texts.set(key, opened.split("\n"));
  }
  const owners = places.map(([block, place]) =>
    texts.get(`${block} ${Math.floor(place / CARDS_TOGETHER)}`)[place % CARDS_TOGETHER]);
  return `{"owners":[${owners.join(",")}],"more":${found.length > places.length}}`;
};

/** Waits for something, and no longer than what goes on without it can wait. */
const soon = (work) =>
  Promise.race([work.catch(() => {}), new Promise((done) => setTimeout(done, DROP_MS))]);

/**
 * Signs out. Who is out leaves nobody's data to the next person at this phone, and no place that
 * was lent; but as long as the server has not said so everything stays, which is answered.
 */
export const leave = async () => {
  // That takes somebody who is signed in.
  await soon(bringBack(""));
  const asking = { method: "POST", body: new URLSearchParams(), signal: within(SIGN_OUT_MS) };
  const answer = await fetch(SIGN_OUT, asking).catch(() => null);
  // A page of another network's own leads nowhere.
  if (!answer?.ok || !answer.redirected) return "stays";
  await soon(drop());
  location.assign(SIGN_OUT);
  return "";
};
