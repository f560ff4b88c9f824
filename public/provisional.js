// Provisional certificates: this phone signs at the table, without signal, what the server will
// sign when the record has come. The few bytes of CBOR are written here (contracts, section 3) and
// read by app/domain/src/certificate/provisional.rs and verify.js.
import { unbase64url } from "./ed25519.js";
import { signAs } from "./keys.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const DAY_MS = 86_400_000;
/** Most bytes of a name in the certificate. */
const NAME_BYTES = 32;
const KINDS = { implantation: 1, verification: 2, sterilisation: 3 };
const SPECIES = { dog: 1, cat: 2 };
const SEXES = { male: 1, female: 2 };

const utf8 = (text) => new TextEncoder().encode(text);

function base32(bytes) {
  let [text, value, bits] = ["", 0, 0];
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; value &= (1 << bits) - 1) {
      bits -= 5;
      text += ALPHABET[value >> bits];
    }
  }
  return bits ? text + ALPHABET[value << (5 - bits)] : text;
}

const unhex = (text) => text.match(/../g).map((byte) => parseInt(byte, 16));

const uuid = (text) => unhex(text.replaceAll("-", ""));

/** A number as so many bytes, the first the highest. */
const wide = (number, size) =>
  Array.from({ length: size }, (_, at) => Math.floor(number / 256 ** (size - 1 - at)) % 256);

/** The beginning of an item of CBOR in its shortest form. */
function head(major, number) {
  if (number < 24) return [(major << 5) | number];
  const power = [0, 1, 2, 3].find((power) => number < 256 ** (1 << power));
  return [(major << 5) | (24 + power), ...wide(number, 1 << power)];
}

const string = (major, bytes) => [...head(major, bytes.length), ...bytes];

/** A name in NFC, cut between signs, as the server cuts it. */
function shortName(name) {
  let [cut, size] = ["", 0];
  for (const sign of name.normalize("NFC")) {
    size += utf8(sign).length;
    if (size > NAME_BYTES) break;
    cut += sign;
  }
  return cut.replace(/[ \u200d]+$/, "");
}

/** The server's word on the phone's key, each part in its place. */
const word = (delegation) => [
  ...uuid(delegation.device), ...unbase64url(delegation.public_key), ...uuid(delegation.outreach),
  ...wide(delegation.from, 8), ...wide(delegation.until, 8), ...unhex(delegation.kid),
  ...unbase64url(delegation.signature),
];

/** The signed text: an untagged COSE_Sign1, and the server's word behind it. */
async function signedText(payload, delegation) {
  const key = unbase64url(delegation.public_key);
  const kid = new Uint8Array(await crypto.subtle.digest("SHA-256", key)).subarray(0, 8);
  const headers = string(2, [0xa2, 1, 0x27, 4, ...string(2, kid)]);
  const toSign = [...head(4, 4), ...string(3, utf8("Signature1")), ...headers, 0x40, ...payload];
  const signature = await signAs(delegation.public_key, Uint8Array.from(toSign));
  const cose = [...head(4, 4), ...headers, 0xa0, ...payload, ...string(2, signature)];
  return base32([...cose, ...word(delegation)]);
}

/** Eight letters to compare by eye. */
async function shortCode(text) {
  const digest = await crypto.subtle.digest("SHA-256", utf8(text));
  const letters = base32(new Uint8Array(digest).subarray(0, 5));
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** What is known of each animal: from the commands, and of known ones from the form. */
function animalsOf(commands, form) {
  const animals = new Map();
  for (const { id, known } of [...(form.done ?? []), form.animal ?? {}]) {
    if (known) animals.set(id, known.details);
  }
  for (const { command, animal, details } of commands) {
    if (command === "register_animal") animals.set(animal, details);
  }
  return animals;
}

/** The kind of paper that a service makes; none of a surgery that was not completed. */
function kindOf({ service, procedure, outcome }) {
  if (service === "microchip") return KINDS[procedure];
  return ["performed", "complication"].includes(outcome) ? KINDS.sterilisation : undefined;
}

/** The local day of a moment, counted from 1970. */
const dayOf = (at, offset) => Math.floor((at + offset * 60_000) / DAY_MS);

/**
 * Whether the server's word covers the day of a moment, as the server itself reckons: the phone's
 * clock may be slow, and say that what follows its pairing came before.
 */
export const covers = ({ from, until }, at, offset) => {
  const day = dayOf(at, offset);
  return dayOf(from, offset) <= day && day <= dayOf(until - 1, offset);
};

/**
 * The certificates of some services of a record, each a line: service, address, code. Pairing,
 * set-up, submission and form are the texts that the phone keeps. Nothing where the phone has no
 * word of the server for this outreach and day.
 */
export async function issue(services, ...kept) {
  const [{ delegation }, setup, submission, form] = kept.map((text) => JSON.parse(text));
  const { outreach, recorded_at: at, utc_offset_minutes: offset, commands } = submission;
  const isCovered = delegation.outreach === outreach && covers(delegation, at, offset);
  const place = setup.outreaches.find((view) => view.outreach.id === outreach);
  if (!isCovered || !place?.programme_number) return "";
  const animals = animalsOf(commands, form);
  const chips = new Map();
  const lines = [];
  for (const { command, service, animal, details } of commands) {
    if (command !== "record_service") continue;
    const [kind, known] = [kindOf(details), animals.get(animal)];
    if (details.chip) chips.set(animal, details.chip);
    if (!kind || !known || !services.includes(service)) continue;
    const chip = chips.get(animal) ?? chipOf(form, animal);
    const number = (kind === KINDS.sterilisation && place.surgery_programme_number)
      || place.programme_number;
    const items = [
      [1], [kind], string(2, uuid(service)), head(0, dayOf(at, offset)),
      head(0, Number(chip ?? 0)), [SPECIES[known.species]], [SEXES[known.sex]],
      string(3, utf8(shortName(known.name))), string(3, utf8(`${number}`)),
    ];
    const payload = string(2, [...head(4, items.length), ...items.flat()]);
    const text = await signedText(payload, delegation);
    lines.push([service, `${setup.link_prefix}/P/${text}`, await shortCode(text)].join(" "));
  }
  return lines.join("\n");
}

/** The chip that a known animal has. */
const chipOf = (form, animal) =>
  [...(form.done ?? []), form.animal ?? {}].find(({ id }) => id === animal)?.known?.chip;
