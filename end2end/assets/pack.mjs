// Packs the field app's program for the way to the phone, where public/unpack.js makes it whole
// again; what that has to say of the parts holds here too.
//
//   node end2end/assets/pack.mjs IN.wasm OUT
//
// What is written has been unpacked, and is the program byte for byte.
import { readFile, writeFile } from "node:fs/promises";

// A script of the pages has no package around it that says that it is a module.
const unpacking = await readFile(new URL("../../public/unpack.js", import.meta.url), "utf8");
const { body, operands, unpack } = await import(
  `data:text/javascript,${encodeURIComponent(unpacking)}`
);

const PARTS = 20;
const [FRAME, , OPERATIONS] = Array(PARTS).keys();
const CODE = 10;
/** The mark of a program and the version of the format. */
const HEAD = 8;
const CONSTANT = 0x41;

/**
 * What is done so often with one of these numbers that both together are an operation of their own:
 * a block without a value, one of the first values, a small constant, a place at the beginning of
 * what a pointer points to.
 */
const USUAL = {
  0x02: [0x40],
  0x03: [0x40],
  0x04: [0x40],
  0x20: [0, 1, 2, 3],
  0x28: [0, 4, 8, 12],
  0x36: [0, 4, 8, 12],
  [CONSTANT]: [0, 1],
};
/** Of a load and a store its alignment stands before. */
const FIRST_LOAD = 0x28;
const LAST_STORE = 0x3e;

/** A number as programs have it: seven bits a byte, the lowest first. */
const written = (value) => {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
};

/**
 * What stands for an instruction: how many bytes beyond the first a constant's number has, and its
 * operation, with what is usual behind it.
 */
function meaning(instruction) {
  const [operation] = instruction;
  const length = operation >= FIRST_LOAD && operation <= LAST_STORE ? 3 : 2;
  if (instruction.length === length && USUAL[operation]?.includes(instruction.at(-1))) {
    return [0, ...instruction];
  }
  return [operation === CONSTANT ? instruction.length - 2 : 0, operation];
}

/**
 * Brotli guesses a byte by what kinds of bytes the two before it are (RFC 7932, 7.1), of eight
 * kinds; these are so many bytes of each, in their order.
 */
const KINDS = [1, 15, 48, 64, 64, 48, 15, 1];
/** So many of the most frequent meanings get the kind by which the next one is guessed best. */
const GUESSED = 48;
/** Where the others are. */
const OTHERS = 3;
const MOST_ROUNDS = 8;

/** The byte of each meaning, of which `said` has all in their order, each by its number. */
function bytesOf(said, count) {
  const often = Array(count).fill(0);
  for (const one of said) often[one] += 1;
  const ranked = [...often.keys()].sort((a, b) => often[b] - often[a] || a - b);
  const rank = Array(count);
  ranked.forEach((one, at) => (rank[one] = Math.min(at, GUESSED)));
  const kinds = guessing(said.map((one) => rank[one]));
  const free = [];
  let first = 0;
  for (const size of KINDS) free.push(Array.from({ length: size }, () => first++));
  const bytes = Array(count);
  ranked.forEach((one, at) => {
    const own = free[kinds[Math.min(at, GUESSED)]];
    const from = own.length > 0 ? own : free.find((kind) => kind.length > 0);
    if (!from) throw new Error(`${count} meanings`);
    bytes[one] = from.shift();
  });
  return bytes;
}

/** The kind of each of the most frequent, and of the others: moved while the guesses get better. */
function guessing(said) {
  const all = GUESSED + 1;
  const triples = new Float64Array(all ** 3);
  for (let at = 2; at < said.length; at += 1) {
    triples[(said[at - 2] * all + said[at - 1]) * all + said[at]] += 1;
  }
  const kinds = Array.from({ length: all }, (_, at) => 1 + (at % (KINDS.length - 2)));
  kinds[GUESSED] = OTHERS;
  const bits = () => {
    const seen = new Float64Array(KINDS.length ** 2 * all);
    for (let pair = 0; pair < all * all; pair += 1) {
      const before = kinds[Math.trunc(pair / all)] * KINDS.length + kinds[pair % all];
      for (let one = 0; one < all; one += 1) seen[before * all + one] += triples[pair * all + one];
    }
    let sum = 0;
    for (let from = 0; from < seen.length; from += all) {
      const counts = seen.subarray(from, from + all);
      const together = counts.reduce((a, b) => a + b);
      for (const count of counts) sum += count && count * Math.log2(together / count);
    }
    return sum;
  };
  let best = bits();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = best;
    for (let one = 0; one < GUESSED; one += 1) {
      for (let kind = 0; kind < KINDS.length; kind += 1) {
        const held = kinds[one];
        // Who is alone in its kind changes with who comes.
        const other = KINDS[kind] === 1 ? kinds.indexOf(kind) : -1;
        if (kinds.filter((of) => of === kind).length >= KINDS[kind] && other < 0) continue;
        kinds[one] = kind;
        if (other >= 0) kinds[other] = held;
        const now = bits();
        if (now < best) {
          best = now;
          continue;
        }
        if (other >= 0) kinds[other] = kind;
        kinds[one] = held;
      }
    }
    if (best === before) break;
  }
  return kinds;
}

function pack(wasm) {
  const parts = Array.from({ length: PARTS }, () => []);
  const [said, meanings, numbers] = [[], [], new Map()];
  let at = HEAD;
  /** Goes behind a number, and answers it. */
  const skip = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      value |= (wasm[at] & 0x7f) << shift;
      if (wasm[at++] < 0x80) return value;
    }
  };
  /** Takes a number over into a part, and answers it. */
  const number = (part) => {
    const from = at;
    const value = skip();
    parts[part].push(...wasm.subarray(from, at));
    return value;
  };
  const bytes = (part, count) => {
    parts[part].push(...wasm.subarray(at, at + count));
    at += count;
  };
  const instruction = () => {
    const from = at;
    const operation = wasm[at++];
    operands(operation, 0, skip, (_, count) => (at += count));
    const means = meaning([...wasm.subarray(from, at)]);
    const name = means.join(" ");
    if (!numbers.has(name)) numbers.set(name, meanings.push(means) - 1);
    said.push(numbers.get(name));
    if (means.length === 2) {
      at = from + 1;
      operands(operation, means[0], number, bytes);
    }
    return operation;
  };
  while (wasm[at++] !== CODE) {
    const size = skip();
    at += size;
  }
  const end = skip() + at;
  const functions = skip();
  const before = at;
  for (let left = functions; left > 0; left -= 1) {
    const size = skip();
    const next = at + size;
    body(number, bytes, instruction);
    if (at !== next) throw new Error(`a function ends at ${at} instead of ${next}`);
  }
  if (at !== end) throw new Error("the functions end elsewhere than their section");
  parts[FRAME] = [...wasm.subarray(0, before), ...wasm.subarray(end)];
  const byteOf = bytesOf(said, meanings.length);
  parts[OPERATIONS] = said.map((one) => byteOf[one]);
  const listed = Array.from({ length: 256 }, (_, byte) => meanings[byteOf.indexOf(byte)] ?? []);
  const head = [wasm.length, before, functions, ...parts.map((part) => part.length)];
  head.push(...listed.flatMap((means) => [means.length, ...means]));
  return Uint8Array.from([...head.flatMap(written), ...parts.flat()]);
}

const [from, to] = process.argv.slice(2);
if (!to) {
  console.error("usage: node pack.mjs IN.wasm OUT");
  process.exit(2);
}
const wasm = await readFile(from);
const packed = pack(wasm);
if (!wasm.equals(unpack(packed))) throw new Error("what was packed is not the program again");
await writeFile(to, packed);
