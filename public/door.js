// The door of an outreach: who is expected, as /pack.js took it along, who has come, and what this
// phone may promise without signal out of the places that it was lent (/lent.js). The list is drawn
// in a place that the app names; what is tapped there is told to the app, which keeps it as a
// record.
//
// Each act is an export; the app asks through field.js.
import { fullName, paper, visitOf } from "./booked.js";
import { OFFERINGS, ask, changed, give, nothing, numberOf, shareOf } from "./lent.js";
import { bookings, fetchBookings, holding } from "./pack.js";
import { button, icon, piece, placed } from "./pieces.js";
import { hurry, isSame, meant, takeBack, waits } from "./regret.js";
import { asked, newId } from "./store.js";
import { readingOf } from "./waiting.js";

/** So many are shown at a time. */
const MOST = 20;
/** States of a booking whose people are in, and of one that holds no place to be taken in for. */
const IN = new Set(["arrived", "served", "turned_away"]);
const PLACELESS = new Set(["waiting", "lapsed"]);
/** The visit that is being recorded, `routes::field_visit`. */
const VISIT = "/terreno/visita";
/** A ticket's code, as domain and server make it. */
const CODE = /^[A-Z2-7]{10}$/;

/** The code of a ticket, typed or as the address that its QR holds; null when it cannot be one. */
export const codeIn = (text) => {
  const last = text.trim().replace(/\/+$/, "").split("/").pop();
  const code = last.replace(/[\s-]/g, "").toUpperCase();
  return CODE.test(code) ? code : null;
};

/** Of an hour that comes twice, as the clocks go back, the name of its words, as `Zone::twice`. */
const whichOf = (at, zone) => {
  for (const [place, change] of zone.entries()) {
    const before = zone[place - 1] ?? change;
    const back = (before.offset_minutes - change.offset_minutes) * 60_000;
    const since = at - change.at;
    if (since >= -back && since < back) return since < 0 ? "first" : "second";
  }
  return null;
};

/**
 * `14:05` at a moment, by the changes of the local time: the offset of now need not hold then. Of
 * an hour that comes twice the words say which of the two it is.
 */
export const hourOf = (at, zone, words) => {
  const last = zone.findLast((change) => change.at <= at) ?? zone[0];
  const offset = last?.offset_minutes ?? 0;
  const hour = new Date(at + offset * 60_000).toISOString().slice(11, 16);
  return words[whichOf(at, zone)]?.replace("#", hour) ?? hour;
};

const tagged = async (all, code) => {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  const hex = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return all.filter(({ tag }) => tag && hex.startsWith(tag));
};

/**
 * Who was meant: the one whose ticket it is, else those whom one of the `ways` to read what was
 * typed finds first, as in /pack.js; everybody when nothing was typed.
 */
export const found = async (all, text, ways) => {
  const code = codeIn(text);
  const own = code ? await tagged(all, code) : [];
  if (own.length || !text.trim()) return own.length ? own : all;
  const lines = all.map(({ line }, at) => at + line).join("\n");
  for (const needles of ways) {
    const some = holding(lines, needles, MOST + 1);
    if (some.length) return some.map((line) => all[Number.parseInt(line, 10)]);
  }
  return [];
};

/** The door on the screen: where it is, what is known of it, and its words. */
let here = null;
/** What was typed, also before there was a list to look in. */
let typed = { text: "", ways: [] };
/** Who takes what is tapped; none while the app keeps what was tapped before. */
let teller = null;
/** What was tapped and is being kept. */
let given = null;
/** What was tapped while what was tapped before could still be taken back. */
let later = null;

/** Changes what is kept of a door; the page may show another one by the time that it is done. */
const change = async (act, now = here) => {
  const { door, told } = await changed(now.outreach, act);
  now.door = door;
  return told;
};

/** Which records this phone still has. */
const recordsHere = async () => {
  const reading = await readingOf(["submissions"], asked);
  return new Set(reading ? await asked(reading.objectStore("submissions").getAllKeys()) : []);
};

/** The records of this phone that say that somebody came and are still there, with the number. */
const cameHere = async () => {
  const keys = await recordsHere();
  return new Map(Object.entries(here.door.came).filter(([, [record]]) => keys.has(record)));
};

const state = (words, kind, look) => {
  const said = piece("p", { className: "state" }, icon(look), words);
  said.dataset.kind = kind;
  return said;
};

/** Says what became of what was tapped. */
const say = (words, kind, look, ...ways) =>
  here.told.replaceChildren(state(words, kind, look), ...ways);

/** What is tapped while the app keeps the tap before would be lost, or the same again. */
const hush = (isKeeping) => {
  for (const part of [here.list, here.places]) part.inert = isKeeping;
};

/** What was tapped was drawn anew under the fingers, and what is said stands above a long list. */
const refocus = () => document.activeElement === document.body && here.told.focus();

/** Goes on with what was tapped meanwhile. */
const proceed = () => {
  const next = later;
  later = null;
  return next && tap(...next);
};

/** Tells what was tapped, once; without a place that is left there is nothing to tell. */
const tap = async (what, offering, words) => {
  if (waits()) {
    // The tap before was meant; the same again is no other.
    if (!isSame(words[0])) later = [what, offering, words];
    return hurry();
  }
  const [tell, now] = [teller, here];
  teller = null;
  if (!tell) return;
  if (what === "come") {
    say(words[1], "waiting", "clock", button(now.words.undo, takeBack, "quiet", "undo-2"));
    if (!(await meant(words[0]))) {
      now.told.replaceChildren();
      teller = tell;
      return refocus();
    }
  }
  if (now === here) hush(true);
  const [first, ...others] = words;
  const record = newId();
  // What cannot be written down cannot be given. They are in by the record, once the app keeps it.
  const giving = async () => {
    const keys = await recordsHere();
    return change((door) => {
      // Another tab may have taken them in.
      if (keys.has(door.came[first]?.[0])) return null;
      const promised = give(door, offering);
      if (promised && first) door.came[first] = [record, promised.number];
      return promised;
    }, now);
  };
  const promised = what === "come" ? await giving().catch(() => {}) : {};
  // A door that was shown meanwhile has its own teller.
  if (now === here) given = promised;
  else if (!promised) return tell("");
  if (!promised) {
    const { before, noShare, unkept } = now.words;
    say(promised === null ? (first ? before : noShare) : unkept, "person", "circle-alert");
    teller = tell;
    hush(false);
    await draw();
    refocus();
    return proceed();
  }
  const places = [record, promised.number ?? "", offering ?? "", promised.share ?? ""];
  tell([what, first, ...(what === "come" ? places : []), ...others].join("\n"));
};

/** Whether its people are in: as the server told, or by a record of this phone. */
const isIn = (one, came) => came.has(one.id) || IN.has(one.state);

/** Somebody who is expected, or has come. */
const card = (one, came) => {
  const { words } = here;
  const { id, offering, slot, details } = one;
  const name = details ? fullName(details.name) : words.walkIn;
  const at = slot && hourOf(slot, here.zone, words);
  const pets = details?.animals.map((pet) => pet.name).join(", ");
  const parts = [words[offering], at, pets, details && paper(details.document)].filter(Boolean);
  const number = one.number ?? came.get(id)?.[1];
  const marks = [state(words.before, "person", "circle-alert")];
  if (number) marks.push(piece("p", {}, words.number.replace("#", number)));
  const come = () => tap("come", null, [id, name]);
  const enter = PLACELESS.has(one.state)
    ? state(words.placeless, "person", "circle-alert")
    : button(words.arrived, come, "quiet", "circle-check");
  return piece("section", { className: "card owner-card" },
    piece("h2", { className: "card-title" }, name),
    piece("p", { className: "soft" }, parts.join(" · ")),
    ...(isIn(one, came) ? marks : [enter]),
    button(words.attend, () => tap("attend", null, visitOf(one)), "plain", "paw-print"));
};

const soft = (words) => piece("p", { className: "soft" }, words);

const walkIns = () => {
  const { words, door } = here;
  const places = OFFERINGS.map((offering) => [offering, shareOf(door, offering)]);
  const buttons = places.filter(([, share]) => share).map(([offering, { granted, used }]) => {
    const text = words.give.replace("@", words[offering]).replace("#", granted - used);
    return button(text, () => tap("come", offering, ["", words.walkIn]), "quiet", "plus");
  });
  return [piece("h2", {}, words.walkIn), ...(buttons.length ? buttons : [soft(words.noShare)])];
};

let drawing = 0;
const draw = async () => {
  const own = (drawing += 1);
  const now = here;
  const { all, words } = now;
  const { text, ways } = typed;
  const came = await cameHere();
  const some = all && (await found(all, text, ways));
  // One that began later may have ended before, and the page may have gone.
  if (own !== drawing || now !== here) return;
  // Those first who are still to come, by their hours; who has none comes behind.
  const hour = ({ slot }) => slot ?? Number.MAX_SAFE_INTEGER;
  const sorted = [...(some ?? [])].sort((one, other) =>
    isIn(one, came) - isIn(other, came) || hour(one) - hour(other));
  const list = sorted.slice(0, MOST).map((one) => card(one, came));
  if (!all) list.push(soft(words.missing));
  else if (!list.length) list.push(soft(text.trim() ? words.none : words.nobody));
  else if (some.length > MOST) list.push(soft(words.more));
  now.list.replaceChildren(...list);
  now.places.replaceChildren(...walkIns());
};

/** Asks for places and numbers where they lack; something may have been given meanwhile. */
const askPlaces = async () => {
  const now = here;
  await ask(now.outreach, now.device);
  await change(() => {}, now);
};

/** Without an answer, what is here serves on. */
const topUp = async (act) => {
  await act().catch(() => {});
  await draw();
};

const catchUp = () => {
  topUp(here.refresh);
  topUp(askPlaces);
};

// What happened at the desk meanwhile, and what is lent again, is there with the signal.
window.addEventListener("online", () => here?.list.isConnected && catchUp());

/** Shows the door at this place, and answers its key; what was tapped is told by `next`. */
export const show = async (id, outreach, staff, until, device, zone, ...said) => {
  hurry();
  teller?.("");
  later = teller = null;
  typed = { text: "", ways: [] };
  const place = await placed(id);
  if (!place) return "";
  const [chip, deworming, sterilisation, arrived, before, number, attend, walkIn, ...more] = said;
  const [give, noShare, missing, none, many, noted, unkept, other, goOn, placeless, ...last] = more;
  const [nobody, undo, first, second] = last;
  const acts = { arrived, before, number, attend, walkIn, give, nobody, undo, first, second };
  const others = { noShare, missing, none, more: many, noted, unkept, other, goOn, placeless };
  const words = { chip, deworming, sterilisation, ...acts, ...others };
  const told = piece("div", { className: "scan" });
  const list = piece("div", { className: "found" });
  told.setAttribute("aria-live", "polite");
  told.tabIndex = -1;
  const places = piece("div", { className: "found" });
  place.replaceChildren(told, list, places);
  const drawn = { told, list, places, door: nothing() };
  const now = { key: newId(), outreach, device, zone: JSON.parse(zone), words, ...drawn };
  here = now;
  given = null;
  hush(true);
  await change(() => {});
  now.all = await bookings(outreach, staff);
  await draw();
  now.refresh = async () => {
    await fetchBookings(outreach, staff, until);
    now.all = await bookings(outreach, staff);
  };
  catchUp();
  return now.key;
};

/** Looks for what was typed, or read off a ticket. */
export const find = async (text, ways) => {
  typed = { text, ways: JSON.parse(ways) };
  if (!here) return "";
  here.told.replaceChildren();
  await draw();
  return "";
};

/** Tells what became of what was tapped. */
const settle = async (kept) => {
  const [{ words }, { number, share }] = [here, given];
  if (kept === "-") {
    say(here.words.unkept, "person", "circle-alert");
    // The place is there still; its number is passed over.
    await change((door) => {
      for (const own of door.shares) if (own.id === share) own.used -= 1;
    });
  } else if (kept === "+") {
    const way = piece("a", { className: "button", href: VISIT }, words.goOn);
    way.dataset.kind = "quiet";
    say(words.other, "person", "circle-alert", way);
  } else if (kept) {
    say(number ? words.number.replace("#", number) : words.noted, "kept", "circle-check");
    // What is lent next, as long as there is signal.
    if (share || numberOf(here.door) === null) topUp(askPlaces);
  }
  await draw();
};

/**
 * What is tapped next, line by line: "come" with the booking, the record that says so, the number,
 * the offering, the share and the name; or "attend" with what the visit begins with. `kept` is what
 * became of the one before: its record, "-" when it was not kept, "+" when another visit is half
 * filled in. A door that is shown no more is told nothing.
 */
export const next = async (key, kept) => {
  if (given && key === here?.key) await settle(kept).catch(() => {});
  if (key !== here?.key) return "";
  hush(false);
  if (given) refocus();
  given = null;
  return new Promise((done) => {
    teller = done;
    proceed();
  });
};
