// How a picture goes: announced, and then in pieces from where the server stands. For the app
// (/pictures.js), and for the service worker, into which the server writes this text.

/** Where a picture is announced; its pieces go below (`domain::picture`). */
const PICTURES = "/api/v1/pictures";
export const PIECE_BYTES = 65_536;
/** A piece as it is, and one that is sealed to the recovery key of its outreach. */
const [PLAIN, SEALED] = ["application/octet-stream", "application/vnd.huella.sealed"];
const PICTURE_MS = 45_000;

/** What gives a question up after so long: iPhones have `AbortSignal.timeout` since iOS 16 only. */
export function within(ms) {
  const late = new AbortController();
  setTimeout(() => late.abort(), ms);
  return late.signal;
}

/** Asks the server: how much it has of a picture, or the status and reason of its refusal. */
async function askForPicture(method, path, type, body) {
  const headers = { accept: "application/json", "content-type": type };
  try {
    const signal = within(PICTURE_MS);
    const answer = await fetch(path, { method, headers, body, redirect: "error", signal });
    const { received, refusal } = await answer.json();
    if (answer.status === 200 && Number.isInteger(received)) return { received };
    // Without a reason of ours it was not our server that answered, unless it is in trouble.
    const isOurs = refusal?.reason || answer.status >= 500;
    return isOurs ? { status: answer.status, reason: refusal?.reason } : {};
  } catch {
    return {};
  }
}

/**
 * Announces a picture and sends what the server lacks of it, out of its bytes or, where nobody opens
 * those, out of its sealed pieces.
 */
export async function carry(one, jpeg, sealed) {
  const { id, submission, animal, kind, bytes, sha256, taken_at } = one;
  const notice = JSON.stringify({ id, submission, animal, kind, bytes, sha256, taken_at });
  let answer = await askForPicture("POST", PICTURES, "application/json", notice);
  // A server that asks for the same piece again and again is not answered without end.
  let left = 3 * Math.ceil(bytes / PIECE_BYTES);
  for (; answer.received < bytes && left > 0; left -= 1) {
    const from = answer.received;
    const piece = jpeg ? jpeg.subarray(from, from + PIECE_BYTES) : sealed[from / PIECE_BYTES];
    // What stands in the middle of a sealed piece is gone on with by who can open the picture.
    if (!piece) return {};
    const type = jpeg ? PLAIN : SEALED;
    answer = await askForPicture("PUT", `${PICTURES}/${id}/${from}`, type, piece);
  }
  return answer;
}
