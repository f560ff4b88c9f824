// A copy of what waits on this phone, as a file that another phone or the coordination takes in: it
// holds sealed copies (/seal.js) and identifiers, and only the server opens it. It is read from the
// store as the service worker does, so that a closed phone can make one too.
import { asked } from "./vault.js";

const MARK = "huella sealed 1";

/** A record as it is stored; nothing of one that is none, which the app itself tells. */
const read = (text) => {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
};

/** The phone, the copies of its records without an answer, oldest first, and how many lack one. */
async function held() {
  const opening = indexedDB.open("huella");
  // There is none yet, and this is not the one to make it.
  opening.onupgradeneeded = () => opening.transaction.abort();
  const database = await asked(opening).catch(() => null);
  if (!database) return { copies: [], lacking: 0 };
  const reading = database.transaction(["meta", "submissions"]);
  database.close();
  const identity = asked(reading.objectStore("meta").get("identity"));
  const records = await asked(reading.objectStore("submissions").getAll());
  const open = records
    .flatMap(read)
    .filter(({ state }) => state === "pending" || state === "sending")
    .sort((one, other) => one.head.sequence - other.head.sequence);
  const { device } = JSON.parse((await identity) ?? "{}");
  const copies = open.filter(({ copy }) => copy).map(({ copy }) => JSON.parse(copy));
  return { device, copies, lacking: open.length - copies.length };
}

/** How many records wait with a copy. */
export async function count() {
  return String((await held()).copies.length);
}

/**
 * Hands the file to whatever the phone shares with, else to its downloads. How many records it
 * holds and how many are not in it, such as "2 0"; blank when the person changed their mind.
 */
export async function make() {
  const { device, copies, lacking } = await held();
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  const text = JSON.stringify({ huella: MARK, device, made_at: now.toISOString(), sealed: copies });
  // The end of an identifier: its beginning is when it was made.
  const name = `huella-${device.slice(-8)}-${day}.json`;
  const file = new File([text], name, { type: "application/json" });
  const shared = await share(file);
  if (shared === "left") return "";
  if (!shared) download(file);
  return `${copies.length} ${lacking}`;
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
