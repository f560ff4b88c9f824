// What this phone carries of others: packets that it filmed without signal (/frames.js), each the
// text that the other phone would keep as a file. They are sealed as they are and stay until the
// server has taken them in by the door for such files, whoever signs in or out meanwhile. Each act
// is an export; the app asks through field.js and hears of changes by the event `huella-carried`.
import { within } from "./carry.js";
import { asked, database } from "./store.js";

/** Where files are handed in, `routes::HAND_IN`, and the field of its form. */
const HAND_IN = "/entregar";
const FIELD = "archivo";
/** What it answers with: how many were recorded, known, waiting, refused, not opened; the part. */
const TOLD = /^\?(\d+(?:\.\d+){4})((?:\.\d+){0,2})$/;
const REQUEST_MS = 45_000;
/** The status of what came too slowly. */
const LATE = 408;
/** What did not go is tried again after so many milliseconds. */
const AGAIN_MS = 60_000;

const store = database("huella-carried", ["packets"]);

/** All packets, each with its key: the digest of its text. */
const kept = async () => {
  const { packets } = await store("readonly");
  const [keys, texts] = await Promise.all([asked(packets.getAllKeys()), asked(packets.getAll())]);
  return texts.map((text, at) => ({ key: keys[at], text, name: new Uint8Array(keys[at]).join() }));
};

const change = async (act) => {
  const { packets, done } = await store("readwrite");
  act(packets);
  await done;
};

const tell = () => window.dispatchEvent(new Event("huella-carried"));

/**
 * Films a packet and keeps it: "read ", or why not as `read` of /camera.js says it, or "unkept".
 * Words as those of `film`.
 */
export const receive = async (...words) => {
  const { film } = await import("./frames.js");
  const answer = await film(...words);
  const text = answer.startsWith("read ") ? answer.slice(5) : "";
  if (!text) return answer;
  try {
    const key = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    // One that is here already is the same.
    await change((packets) => packets.put(text, key));
  } catch {
    return "unkept";
  }
  tell();
  return "read ";
};

/** Of the packets that the server did not take, or not whole, the names: not sent by this page. */
const refused = new Set();
/** What the server said of the last that it took. */
let last = "";

/** Of packets that are on their way how far they are, and what was told of their copies. */
const given = new Map();
/** So many letters of copies go at once, fewer for a while where a line was too slow for them. */
const LETTERS = 200_000;
let most = LETTERS;
/** It was too slow for a single one, of whichever packet, when they were sent last. */
let isLate = false;

const lettersOf = (copies) => JSON.stringify(copies).length;

/** As many of the first copies as go at once, and one at least. */
const first = (copies) => {
  let letters = 0;
  const over = copies.findIndex((copy) => (letters += lettersOf(copy)) > most);
  return over < 0 ? copies : copies.slice(0, Math.max(over, 1));
};

/** Hands a file in, as the form of that page does: the status, and what is told of its copies. */
const posted = async (packet) => {
  const form = new FormData();
  form.set(FIELD, new File([JSON.stringify(packet)], "huella.json", { type: "application/json" }));
  const signal = within(REQUEST_MS);
  try {
    const answer = await fetch(HAND_IN, { method: "POST", body: form, signal });
    const { pathname, search } = new URL(answer.url);
    // A network that wants a sign-in answers with pages of its own, and not at this address.
    const told = answer.redirected && pathname === HAND_IN && TOLD.exec(search);
    return { status: answer.status, told };
  } catch (cause) {
    if (!signal.aborted) throw cause;
    return { status: LATE };
  }
};

/**
 * Hands one in, in parts that the line carries; it goes when each of its records was told of.
 * Whether the line was too slow for a single one.
 */
const handIn = async ({ key, text, name }) => {
  const packet = JSON.parse(text);
  const way = given.get(name) ?? { at: 0, sums: [0, 0, 0, 0, 0], isWhole: true };
  given.set(name, way);
  while (way.at < packet.sealed.length) {
    const sealed = first(packet.sealed.slice(way.at));
    const { status, told } = await posted({ ...packet, sealed });
    if (status === LATE && sealed.length > 1) {
      most = lettersOf(sealed) / 2;
      continue;
    }
    if (!told && status !== 413 && status !== 422) return status === LATE;
    most = Math.min(2 * most, LETTERS);
    const counts = told ? told[1].split(".").map(Number) : [0, 0, 0, 0, 0];
    way.sums = way.sums.map((sum, at) => sum + counts[at]);
    if (told) last = way.sums.join(".") + told[2];
    const sum = counts.reduce((one, more) => one + more);
    way.isWhole &&= counts[4] === 0 && sum === sealed.length;
    way.at += sealed.length;
  }
  given.delete(name);
  if (way.isWhole) await change((packets) => packets.delete(key));
  else refused.add(name);
  return false;
};

const sendAll = async () => {
  let late = false;
  for (const packet of await kept()) {
    // What comes behind is not held by what did not go.
    if (!refused.has(packet.name)) late = (await handIn(packet).catch(() => false)) || late;
  }
  isLate = late;
};

const namesOf = ({ text, name }) =>
  JSON.parse(text).sealed.slice(given.get(name)?.at).map(({ id }) => id);

const recordsOf = (packets) => new Set(packets.flatMap(namesOf)).size;

let again;
/**
 * How many records of others are here, how many of those the server did not take, what it said of
 * the last that it took, which is missing before, and "late" where the line was too slow for those
 * that wait: "3 0 0.2.0.0.0 late". With "send" they are sent before, one tab at a time.
 */
export const look = async (may) => {
  const locks = navigator.locks;
  if (may) await (locks?.request("huella-carried", sendAll) ?? sendAll()).catch(() => {});
  const all = await kept();
  clearTimeout(again);
  if (all.some(({ name }) => !refused.has(name))) again = setTimeout(tell, AGAIN_MS);
  const numbers = [recordsOf(all), recordsOf(all.filter(({ name }) => refused.has(name)))];
  return [...numbers, last, isLate ? "late" : ""].join(" ");
};

/** Carries those no longer that the server did not take: somebody has said so. */
export const drop = async () => {
  const all = await kept();
  await change((packets) => {
    for (const { key, name } of all) if (refused.has(name)) packets.delete(key);
  });
  tell();
};
