// Packs the field app's program for the way to the phone, where public/unpack.js makes it whole
// again; what that has to say of the parts holds here too.
//
//   node end2end/assets/pack.mjs IN.wasm OUT
//
// What is written has been unpacked, and is the program byte for byte.
import { readFile, writeFile } from "node:fs/promises";

// A script of the pages has no package around it that says that it is a module.
const unpacking = await readFile(new URL("../../public/unpack.js", import.meta.url), "utf8");
const { body, unpack } = await import(`data:text/javascript,${encodeURIComponent(unpacking)}`);

const PARTS = 12;
const [FRAME, , OPERATIONS] = Array(PARTS).keys();
const CODE = 10;
/** The mark of a program and the version of the format. */
const HEAD = 8;

/** A number as programs have it: seven bits a byte, the lowest first. */
const written = (value) => {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
};

function pack(wasm) {
  const parts = Array.from({ length: PARTS }, () => []);
  let at = HEAD;
  /** Takes a number over into a part, where it goes into one, and answers it. */
  const number = (part) => {
    const from = at;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      value |= (wasm[at] & 0x7f) << shift;
      if (wasm[at++] < 0x80) break;
    }
    parts[part]?.push(...wasm.subarray(from, at));
    return value;
  };
  const bytes = (part, count) => {
    parts[part].push(...wasm.subarray(at, at + count));
    at += count;
  };
  const operation = () => {
    bytes(OPERATIONS, 1);
    return wasm[at - 1];
  };
  while (wasm[at++] !== CODE) {
    const size = number();
    at += size;
  }
  const end = number() + at;
  const functions = number();
  const before = at;
  for (let left = functions; left > 0; left -= 1) {
    const size = number();
    const next = at + size;
    body(number, bytes, operation);
    if (at !== next) throw new Error(`a function ends at ${at} instead of ${next}`);
  }
  if (at !== end) throw new Error("the functions end elsewhere than their section");
  parts[FRAME] = [...wasm.subarray(0, before), ...wasm.subarray(end)];
  const head = [wasm.length, before, functions, ...parts.map((part) => part.length)];
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
