// A copy of what waits on this phone, as a file that another phone or the coordination takes in: it
// holds sealed copies (/seal.js) and identifiers, and only the server opens it. What waits is read
// as the service worker reads it (/waiting.js), so that a closed phone can make one too.
import { asked } from "./vault.js";
import { waiting } from "./waiting.js";

const MARK = "huella sealed 1";
/** Most records of a file, which are one batch, and most letters: 16 s on a slow line up. */
const RECORDS = 250;
const LETTERS = 1_500_000;
/** The files of the copy that is being given, which stay as they are until its last. */
let parts = [];

/** How many records wait with a copy. */
export async function count() {
  return String((await waiting(asked)).copies.length);
}

/** Copies in as many files as they need; one alone however much it weighs. */
function split(copies) {
  const files = [];
  let letters = LETTERS;
  for (const copy of copies) {
    letters += copy.length;
    if (letters > LETTERS || files.at(-1).length === RECORDS) {
      files.push([]);
      letters = copy.length;
    }
    files.at(-1).push(copy);
  }
  return files;
}

/**
 * Hands one file of the copy, from 1, to whatever the phone shares with, else to its downloads:
 * one for each tap, since browsers let no page save several by itself. How many records it holds,
 * how many have no copy, which file it is and of how many, such as "250 0 1 2"; blank when the
 * person changed their mind.
 */
export async function make(part) {
  const { device, copies, lacking } = await waiting(asked);
  if (part === "1") parts = split(copies);
  const sealed = parts[part - 1];
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  const isWhole = parts.length === 1;
  const which = isWhole ? {} : { part: Number(part), parts: parts.length };
  const head = JSON.stringify({ huella: MARK, device, made_at: now.toISOString(), ...which });
  const text = `${head.slice(0, -1)},"sealed":[${sealed.join(",")}]}`;
  // The end of an identifier: its beginning is when it was made.
  const end = isWhole ? "" : `-${part}-${parts.length}`;
  const name = `huella-${device.slice(-8)}-${day}${end}.json`;
  const file = new File([text], name, { type: "application/json" });
  const shared = await share(file);
  if (shared === "left") return "";
  if (!shared) download(file);
  return `${sealed.length} ${lacking} ${part} ${parts.length}`;
}

/** "shared", "left" when the person turned back, blank where the browser does not share it. */
async function share(file) {
  const files = [file];
  if (!navigator.canShare?.({ files })) return "";
  return navigator.share({ files }).then(
    () => "shared",
    // Some promise it and then do not take this kind of file.
    ({ name }) => (name === "AbortError" ? "left" : ""),
  );
}

function download(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // A browser that asks where to put it reads it later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
