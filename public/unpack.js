// The field app's program, as it comes over the network, made whole again. A compressor sees one
// byte after another: an operation, which of the function's values it takes, where in the memory,
// the next operation. Packed (end2end/assets/pack.mjs), all operations stand together, and so do
// the numbers of each kind: a seventh less in brotli. The worker keeps what is made of it.

/** The parts, in their order: all but the functions' code, then that by what it says. */
const PARTS = 12;
const [
  FRAME, LOCALS, OPERATIONS, LOCAL, CONSTANT, LOAD, STORE, ALIGNMENT, CALL, BRANCH, WIDE, REST,
] = Array(PARTS).keys();
/** Of the operations that begin with 0xfc: how many numbers stand behind the second one. */
const BULK = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

/**
 * Takes over what stands behind an operation of WebAssembly (core specification 5.4): `number` one
 * number of a part, which it answers, and `bytes` so many bytes.
 */
export function operands(operation, number, bytes) {
  const times = (count, part = REST) => {
    for (let left = count; left > 0; left -= 1) number(part);
  };
  if (operation >= 0x20 && operation <= 0x22) number(LOCAL);
  else if (operation >= 0x28 && operation <= 0x3e) {
    number(ALIGNMENT);
    number(operation < 0x36 ? LOAD : STORE);
  } else if (operation === 0x41) number(CONSTANT);
  else if (operation === 0x10 || operation === 0xd2) number(CALL);
  else if (operation === 0x0c || operation === 0x0d) number(BRANCH);
  else if (operation === 0x0e) times(number(BRANCH) + 1, BRANCH);
  else if (operation === 0x42) number(WIDE);
  else if (operation === 0x43) bytes(WIDE, 4);
  else if (operation === 0x44) bytes(WIDE, 8);
  else if (operation === 0x11) times(2);
  else if (operation === 0x1c) times(number(REST));
  else if (operation === 0xfc) times(BULK[number(REST)] ?? unknown(operation));
  else if ([0x02, 0x03, 0x04, 0x3f, 0x40, 0xd0].includes(operation)) number(REST);
  else if (operation >= 0x23 && operation <= 0x26) number(REST);
  else if (operation > 0xc4 && operation !== 0xd1) unknown(operation);
}

const unknown = (operation) => {
  throw new Error(`operation ${operation}`);
};

/** Takes over the code of one function: what it keeps, and its operations up to its own end. */
export function body(number, bytes, operation) {
  for (let left = number(LOCALS); left > 0; left -= 1) {
    number(LOCALS);
    bytes(LOCALS, 1);
  }
  let depth = 0;
  while (depth >= 0) {
    const next = operation();
    operands(next, number, bytes);
    if (next >= 0x02 && next <= 0x04) depth += 1;
    else if (next === 0x0b) depth -= 1;
  }
}

/** The program's bytes of the packed ones. */
export function unpack(packed) {
  let at = 0;
  const read = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const [length, before, functions] = [read(), read(), read()];
  const lengths = Array.from({ length: PARTS }, read);
  const places = lengths.map((part) => (at += part) - part);
  // A network that wants a sign-in of its own answers everything with its page.
  if (at !== packed.length) throw new Error("no packed program");
  const whole = new Uint8Array(length);
  const frame = packed.subarray(places[FRAME], places[FRAME] + lengths[FRAME]);
  whole.set(frame.subarray(0, before));
  let end = before;
  const code = new Uint8Array(length);
  let size = 0;
  const bytes = (part, count) => {
    for (let left = count; left > 0; left -= 1) code[size++] = packed[places[part]++];
  };
  const number = (part) => {
    let place = places[part];
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = packed[place++];
      code[size++] = byte;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    places[part] = place;
    return value;
  };
  const operation = () => (code[size++] = packed[places[OPERATIONS]++]);
  for (let left = functions; left > 0; left -= 1) {
    size = 0;
    body(number, bytes, operation);
    let rest = size;
    for (; rest >= 0x80; rest >>>= 7) whole[end++] = (rest & 0x7f) | 0x80;
    whole[end++] = rest;
    whole.set(code.subarray(0, size), end);
    end += size;
  }
  whole.set(frame.subarray(before), end);
  return whole;
}
