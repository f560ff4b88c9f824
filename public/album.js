// Shows the pictures that /pictures.js keeps, in a place that the app names: those of the animal on
// the table, with the ways to take one, and those that a person has to look at. The phone's own
// camera application takes them, or they are chosen from its gallery, through a field for files.
//
// Each act is an export; the app asks through field.js.
import {
  discard, inTrouble, jpegOf, MOST, ofAnimal, putBack, retry, take, takeOut,
} from "./pictures.js";
import { button, piece, placed } from "./pieces.js";

const CHANGED = "huella-pictures";
/** What somebody gives up can be had back for so long, in milliseconds. */
const UNDO_MS = 6_000;

/** A button that says of which picture it is to who does not see it. */
const buttonOf = (name, words, act, kind, look) => {
  const made = button(words, act, kind, look);
  made.setAttribute("aria-label", `${words}: ${name}`);
  return made;
};

const thumbnail = async ({ id }, name) => {
  const image = piece("img", { alt: name });
  const jpeg = await jpegOf(id);
  if (jpeg) {
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
  }
  return image;
};

/** The pictures as a list, each with its name, numbered by kind, and what `more` adds to it. */
const listed = async (pictures, words, more) => {
  const counts = { animal: 0, paper: 0 };
  const items = pictures.map(async (one) => {
    counts[one.kind] += 1;
    const name = `${words[one.kind]} ${counts[one.kind]}`;
    return piece("li", {}, await thumbnail(one, name), ...more(one, name));
  });
  return Promise.all(items);
};

/** Draws again when something has changed, as long as the place is there. */
const follow = (place, draw) => {
  const changed = () => {
    if (place.isConnected) draw();
    else window.removeEventListener(CHANGED, changed);
  };
  window.addEventListener(CHANGED, changed);
  return draw();
};

/**
 * What the field for files takes. Chromium on Android 14 and later offers the gallery alone where
 * nothing but pictures are asked for, and camera and gallery with a kind beside them that no file
 * is of; `capture` would offer the camera alone.
 */
const ACCEPTED = /Android/.test(navigator.userAgent) ? "image/*,android/allowCamera" : "image/*";

/** Has the phone take a picture, or choose one. */
const camera = (place, act) => {
  const input = piece("input", { type: "file", accept: ACCEPTED, hidden: true });
  place.append(input);
  return (kind) => {
    // The same file may be chosen twice.
    input.value = "";
    input.onchange = () => act(kind, input.files[0]);
    input.click();
  };
};

/**
 * The pictures of an animal in the visit that is being recorded, or that mends the record `mended`.
 * Without the owner's consent ("" for `isAllowed`) only papers are taken.
 */
export const show = async (id, animal, mended, isAllowed, ...said) => {
  const [takeAnimal, takePaper, forbidden, most, unreadable, unkept, ...others] = said;
  const [animalName, paperName, remove, removed, undo] = others;
  const words = { animal: animalName, paper: paperName, most, unreadable, unkept };
  const place = await placed(id);
  if (!place) return "";

  const list = piece("ul", { className: "picture-list" });
  const told = piece("div", { className: "picture-told" });
  told.setAttribute("aria-live", "polite");
  let isBusy = false;
  const busy = (now) => {
    isBusy = now;
    for (const one of taking) one.setAttribute("aria-busy", now);
  };
  const choose = camera(place, async (kind, file) => {
    if (!file) return;
    busy(true);
    const answer = await take(file, kind, animal, mended);
    busy(false);
    tell(answer === "kept" ? "" : words[answer]);
  });
  // Whoever waits for one before takes no other meanwhile: it would be a picture for nothing.
  const taker = (said, look, kind) => button(said, () => isBusy || choose(kind), "quiet", look);
  const taking = [taker(takePaper, "file-text", "paper")];
  if (isAllowed) taking.unshift(taker(takeAnimal, "camera", "animal"));
  const tell = (text, ...more) => {
    told.replaceChildren(...(text ? [piece("p", { textContent: text }), ...more] : []));
  };

  const takeAway = async (one) => {
    const gone = await takeOut(one.id);
    const putItBack = async () => {
      tell(await putBack(gone).then(() => "", () => unkept));
      taking[0].focus();
    };
    const back = button(undo, putItBack, "plain", "undo-2");
    tell(removed, back);
    back.focus();
  };
  let drawing = 0;
  const draw = async () => {
    drawing += 1;
    const own = drawing;
    const pictures = await ofAnimal(animal, mended);
    const items = await listed(pictures, words, (one, name) => [
      buttonOf(name, remove, () => takeAway(one), "plain", "trash-2"),
    ]);
    // One that began later may have ended before.
    if (own !== drawing) return;
    list.replaceChildren(...items);
    const isFull = items.length >= MOST;
    for (const one of taking) one.disabled = isFull;
    if (isFull) tell(most);
  };

  if (!isAllowed) place.append(piece("p", { className: "field-hint", textContent: forbidden }));
  place.append(list, told, piece("div", { className: "actions" }, ...taking));
  await follow(place, draw);
  return "";
};

/** Those that could not be sent, each with the reason and what a person can do. */
export const showTrouble = async (id, ...said) => {
  const [animal, paper, again, giveUp, removed, undo, ...why] = said;
  const [refused, damaged, unknown, shut] = why;
  const words = { animal, paper };
  const reasons = { refused, damaged, unknown, shut };
  const place = await placed(id);
  if (!place) return "";
  // The only copy there is: it goes a moment later, unless somebody leaves before, or the list is
  // drawn anew and offers it again.
  const takeAway = (one, name, { currentTarget }) => {
    const item = currentTarget.closest("li");
    const shown = [...item.childNodes];
    const going = setTimeout(() => item.isConnected && discard(one.id), UNDO_MS);
    const stay = () => {
      clearTimeout(going);
      item.replaceChildren(...shown);
    };
    const back = buttonOf(name, undo, stay, "plain", "undo-2");
    item.replaceChildren(piece("p", { textContent: removed }), back);
    back.focus();
  };
  const items = await listed(await inTrouble(), words, (one, name) => [
    piece("p", { textContent: reasons[one.trouble] }),
    buttonOf(name, again, () => retry(one.id), "quiet", "refresh-cw"),
    buttonOf(name, giveUp, (event) => takeAway(one, name, event), "grave", "trash-2"),
  ]);
  place.replaceChildren(...items);
  return "";
};
