// A packet of bytes as a loop of codes that another camera films, and back. Of a loop in which each
// code stands for one piece, a camera that misses one waits for the next round, and of the last
// pieces for many. Here only the first round is the pieces themselves; each later code is the sum
// (XOR) of about half of them, chosen by the code's own number: whichever codes are seen, in
// whichever order, as many as there are pieces are enough, and two more on average. They are solved
// like the equations that they are.
//
// A code tells everything by itself, so that filming may begin at any of them:
//   4 bytes  version, and the length of the packet in three of them
//   4 bytes  the session: where the SHA-256 of the packet begins
//   2 bytes  the number of the code
//   248      the piece or sum; zeros behind the end of the packet
//   4 bytes  CRC-32 of all before
// in the 45 letters that a QR packs closest (RFC 9285), all numbers with the highest byte first.
//
// 393 letters are a QR of version 10 at level L: 57 modules and the quiet zone, each about a
// millimetre on a phone. A camera that films 720 pixels across sees such a module with two and a
// half of them from thirty centimetres, which is as little as is read surely. Level L, since on a
// screen nothing is torn or stained: what is spoilt is a whole look, in the middle of a change, and
// a higher level would carry a fifth less all the time.
import { see } from "./camera.js";

const VERSION = 1;
const [HEAD, PIECE, SUM] = [10, 248, 4];
const BYTES = HEAD + PIECE + SUM;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/** Most pieces of a packet: one megabyte, which is twelve minutes of codes. */
const MOST_PIECES = 4_096;
/** Packets that are put together at a time: who sees codes of ever others keeps no more. */
const MOST_PACKETS = 4;
/** Numbers begin anew after so many codes, three hours later. */
const NUMBERS = 65_536;
/** Most bytes of what is unpacked: what the server takes as a file. */
const MOST_BYTES = 8 * 1024 * 1024;
/** What every packet of ours says of itself, whichever its version. */
const FAMILY = "huella sealed ";
/** Between two looks, in milliseconds: a code stands a sixth of a second. */
const LOOK_MS = 10;

const checksum = (bytes) => {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
};

const toText = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = bytes[at] * 256 + bytes[at + 1];
    for (const power of [1, 45, 2_025]) text += LETTERS[Math.floor(pair / power) % 45];
  }
  return text;
};

/** The bytes of a code; nothing of a text that is none of ours, or was misread. */
const toBytes = (text) => {
  const bytes = new Uint8Array(BYTES);
  if (text.length !== (BYTES / 2) * 3) return;
  for (let at = 0; at < BYTES; at += 2) {
    const [low, middle, high] = [0, 1, 2].map((one) => LETTERS.indexOf(text[(at / 2) * 3 + one]));
    const pair = low + 45 * middle + 2_025 * high;
    if (Math.min(low, middle, high) < 0 || pair > 65_535) return;
    bytes.set([pair >> 8, pair & 255], at);
  }
  const sum = new DataView(bytes.buffer).getUint32(HEAD + PIECE);
  return sum === checksum(bytes.subarray(0, HEAD + PIECE)) ? bytes : undefined;
};

const has = (row, at) => (row[at >>> 5] >>> (at & 31)) & 1;

/** Adds the words of another row from there on. */
const add = (row, other, from) => {
  for (let at = from; at < row.length; at += 1) row[at] ^= other[at];
};

/** Words of 32 bits that tell of each piece whether it is in a row; the row goes on behind them. */
const choices = (pieces) => Math.ceil(pieces / 32);

/** A row without its piece: which ones the code of this number is the sum of. */
const chosen = (session, number, pieces) => {
  const wide = choices(pieces);
  const row = new Uint32Array(wide + PIECE / 4);
  // Mulberry32: one that only shifts and adds bits up would make rows that are sums of others.
  let seed = session ^ Math.imul(number, 0x9e3779b1);
  for (let at = 0; number >= pieces && at < wide; at += 1) {
    seed = (seed + 0x6d2b79f5) | 0;
    let word = Math.imul(seed ^ (seed >>> 15), seed | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    row[at] = word ^ (word >>> 14);
  }
  if (pieces % 32) row[wide - 1] &= 2 ** (pieces % 32) - 1;
  // In the first round the piece itself; and nothing is the sum of none.
  if (!row.some(Boolean)) row[(number % pieces) >>> 5] |= 1 << (number % pieces) % 32;
  return row;
};

const sessionOf = async (packet) =>
  new DataView(await crypto.subtle.digest("SHA-256", packet)).getUint32(0);

/**
 * The codes of a packet: its session, its pieces, and `code` with the text of each number. Nothing
 * of one that is too large. The same packet has the same codes.
 */
export const split = async (packet) => {
  const pieces = Math.ceil(packet.length / PIECE);
  if (!pieces || pieces > MOST_PIECES) return;
  const session = await sessionOf(packet);
  const whole = new Uint8Array(pieces * PIECE);
  whole.set(packet);
  const words = new Uint32Array(whole.buffer);
  const code = (count) => {
    const number = count % NUMBERS;
    const row = chosen(session, number, pieces);
    const piece = new Uint32Array(PIECE / 4);
    for (let at = 0; at < pieces; at += 1) {
      const from = (at * PIECE) / 4;
      if (has(row, at)) add(piece, words.subarray(from, from + PIECE / 4), 0);
    }
    const bytes = new Uint8Array(BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, (VERSION << 24) | packet.length);
    view.setUint32(4, session);
    view.setUint16(8, number);
    bytes.set(new Uint8Array(piece.buffer), HEAD);
    view.setUint32(HEAD + PIECE, checksum(bytes.subarray(0, HEAD + PIECE)));
    return toText(bytes);
  };
  return { session, pieces, code };
};

/** The pieces, once there is an equation for each: from the last, which is of one piece alone. */
const solved = (rows, length) => {
  const wide = choices(rows.length);
  const whole = new Uint8Array(rows.length * PIECE);
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    for (let other = at + 1; other < rows.length; other += 1) {
      if (has(rows[at], other)) add(rows[at], rows[other], wide);
    }
    whole.set(new Uint8Array(rows[at].buffer, wide * 4), at * PIECE);
  }
  return whole.slice(0, length);
};

/**
 * What puts packets together: a function that takes the text of any code, and answers how far its
 * packet has come: `got` of `of` pieces. Nothing for what is no code of ours. With the last comes
 * the promise of the `packet`, or of nothing when it is not the one that was shown.
 */
export const gather = () => {
  const packets = new Map();
  const take = (bytes) => {
    const view = new DataView(bytes.buffer);
    const [length, session] = [view.getUint32(0) & 0xffffff, view.getUint32(4)];
    const of = Math.ceil(length / PIECE);
    if (bytes[0] !== VERSION || !of || of > MOST_PIECES) return;
    const name = `${session} ${length}`;
    if (packets.size === MOST_PACKETS && !packets.has(name)) {
      const [[least]] = [...packets].sort(([, one], [, other]) => one.got - other.got);
      packets.delete(least);
    }
    const standing = packets.get(name) ?? { rows: [], got: 0, of };
    packets.set(name, standing);
    const { rows } = standing;
    const row = chosen(session, view.getUint16(8), of);
    new Uint8Array(row.buffer, choices(of) * 4).set(bytes.subarray(HEAD, HEAD + PIECE));
    // What is known of it is taken away: what is left is new, or it is nothing.
    for (let at = 0; at < of; at += 1) {
      if (!has(row, at)) continue;
      if (!rows[at]) {
        rows[at] = row;
        standing.got += 1;
        break;
      }
      add(row, rows[at], at >>> 5);
    }
    if (standing.got < of) return { got: standing.got, of };
    packets.delete(name);
    const packet = solved(rows, length);
    const whole = sessionOf(packet).then((own) => (own === session ? packet : undefined));
    return { got: of, of, packet: whole };
  };
  let last = { text: "" };
  return (text) => {
    // A code stands for several looks.
    if (text !== last.text) {
      const bytes = toBytes(text);
      last = { text, told: bytes && take(bytes) };
    }
    return last.told;
  };
};

/** Codes go on being shown or read: nobody has left this phone on the table (/vault.js). */
export const stir = () => window.dispatchEvent(new Event("huella-stir"));

const through = (bytes, stream) => new Blob([bytes]).stream().pipeThrough(stream);

/** A text as a packet: with gzip, where the browser has it. */
export const packed = async (text) => {
  const bytes = new TextEncoder().encode(text);
  if (!window.CompressionStream) return bytes;
  const small = through(bytes, new CompressionStream("gzip"));
  return new Uint8Array(await new Response(small).arrayBuffer());
};

/** And back. Fails with what is no text of a packet, or a larger one than the server takes. */
export const unpacked = async (packet) => {
  // A text of ours begins with a brace.
  if (packet[0] !== 0x1f) return new TextDecoder().decode(packet);
  const reader = through(packet, new DecompressionStream("gzip")).getReader();
  const parts = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts).text();
    size += value.length;
    if (size > MOST_BYTES) throw new Error("too large");
    parts.push(value);
  }
};

/** The text of a packet that holds sealed copies, each with its name; nothing of another one. */
export const ours = async (packet) => {
  try {
    const text = await unpacked(await packet);
    const { huella, sealed } = JSON.parse(text);
    const isOurs = huella.startsWith(FAMILY) && sealed.length && sealed.every(({ id }) => id);
    return isOurs ? text : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Films the codes of another phone: "read " and the text that it would keep as a file, else as
 * `read` of /camera.js says why not. Words: what is read, what to do, how far it has come, with
 * {got} and {of}, the light, the way out.
 */
export const film = (title, hint, told, light, close) => {
  const take = gather();
  let words = hint;
  const judge = async (texts) => {
    let text;
    for (const one of texts) {
      const standing = take(one);
      if (!standing) continue;
      const now = told.replace("{got}", standing.got).replace("{of}", standing.of);
      if (now !== words) stir();
      words = now;
      if (standing.packet) text ??= await ours(standing.packet);
    }
    return { text, words };
  };
  // One look is enough, since each code has its checksum; and nobody wants to hear each number.
  const how = { formats: ["qr_code"], pause: LOOK_MS, live: "off" };
  return see([title, hint, light, close], judge, how);
};
