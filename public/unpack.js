// The field app's program, as it comes over the network, made whole again. A compressor sees one
// byte after another: an operation, which of the function's values it takes, where in the memory,
// the next operation. Packed (end2end/assets/pack.mjs), all operations stand together, and so do
// the numbers of each kind; and what is done often with the same small number, or with a number of
// so many bytes, is an operation of its own: a sixth less in brotli. The worker keeps what is made
// of it.

/** The parts, in their order: all but the functions' code, then that by what it says. */
const PARTS = 20;
const [
  FRAME, LOCALS, OPERATIONS, LOCAL, , , CONSTANT, , , , , LOAD, STORE, ALIGNMENT, CALL, BRANCH,
  WIDE, TYPE, GLOBAL, REST,
] = Array(PARTS).keys();
/** Of the operations that begin with 0xfc: how many numbers stand behind the second one. */
const BULK = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];
/** What a byte may stand for. */
const BYTES = 256;

/**
 * Takes over what stands behind an operation of WebAssembly (core specification 5.4): `number` one
 * number of a part, which it answers, and `bytes` so many bytes. Constants are apart by their
 * `size`, the bytes beyond the first.
 */
export function operands(operation, size, number, bytes) {
  const times = (count, part = REST) => {
    for (let left = count; left > 0; left -= 1) number(part);
  };
  if (operation >= 0x20 && operation <= 0x22) number(LOCAL + operation - 0x20);
  else if (operation >= 0x28 && operation <= 0x3e) {
    number(ALIGNMENT);
    number(operation < 0x36 ? LOAD : STORE);
  } else if (operation === 0x41) number(CONSTANT + size);
  else if (operation === 0x10 || operation === 0xd2) number(CALL);
  else if (operation === 0x0c || operation === 0x0d) number(BRANCH);
  else if (operation === 0x0e) times(number(BRANCH) + 1, BRANCH);
  else if (operation === 0x42) number(WIDE);
  else if (operation === 0x43) bytes(WIDE, 4);
  else if (operation === 0x44) bytes(WIDE, 8);
  else if (operation >= 0x02 && operation <= 0x04) number(TYPE);
  else if (operation === 0x11) times(2, TYPE);
  else if (operation === 0x1c) times(number(REST));
  else if (operation === 0xfc) times(BULK[number(REST)] ?? unknown(operation));
  else if (operation >= 0x23 && operation <= 0x26) number(GLOBAL);
  else if ([0x3f, 0x40, 0xd0].includes(operation)) number(REST);
  else if (operation > 0xc4 && operation !== 0xd1) unknown(operation);
}

const unknown = (operation) => {
  throw new Error(`operation ${operation}`);
};

const broken = () => {
  throw new Error("no packed program");
};

/**
 * Takes over the code of one function: what it keeps, and up to its own end what is done.
 * `instruction` takes over one operation with all that stands behind it, and answers it.
 */
export function body(number, bytes, instruction) {
  for (let left = number(LOCALS); left > 0; left -= 1) {
    number(LOCALS);
    bytes(LOCALS, 1);
  }
  let depth = 0;
  while (depth >= 0) {
    const next = instruction();
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
  const list = () => Array.from({ length: Math.min(read(), BYTES) }, read);
  const [length, before, functions] = [read(), read(), read()];
  const lengths = Array.from({ length: PARTS }, read);
  // What each byte stands for: how large the number behind is, an operation, and what is said
  // with it already.
  const meanings = Array.from({ length: BYTES }, list);
  const places = lengths.map((part) => (at += part) - part);
  // A network that wants a sign-in of its own answers everything with its page.
  if (at !== packed.length) broken();
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
    // What is damaged may ask for more numbers than there are.
    if (place > packed.length) broken();
    places[part] = place;
    return value;
  };
  const instruction = () => {
    const meaning = meanings[packed[places[OPERATIONS]++]];
    const operation = meaning[1];
    for (let said = 1; said < meaning.length; said += 1) code[size++] = meaning[said];
    if (meaning.length === 2) operands(operation, meaning[0], number, bytes);
    return operation;
  };
  for (let left = functions; left > 0; left -= 1) {
    size = 0;
    body(number, bytes, instruction);
    let rest = size;
    for (; rest >= 0x80; rest >>>= 7) whole[end++] = (rest & 0x7f) | 0x80;
    whole[end++] = rest;
    whole.set(code.subarray(0, size), end);
    end += size;
  }
  const behind = frame.subarray(before);
  if (end + behind.length !== length) broken();
  whole.set(behind, end);
  return whole;
}
