// Makes the fonts of the pages and of the printed documents from the npm packages beside this file.
//
//   node end2end/assets/fonts.mjs OUT
//
// OUT/web/atkinson.woff2            what Spanish and English are written with: every page
// OUT/web/atkinson-ext-latin.woff2  the rest of Latin-1, and
// OUT/web/atkinson-ext.woff2        Latin Extended-A: fetched only where such letters stand
// OUT/print/*.ttf                   all of it, and monochrome emoji, for Typst
//
// On pages one file has both weights, as a variable font: a seventh less than two files.
//
// Which letters are in which is told to browsers in style/fonts.css, by the same ranges.
//
// In print all layout features stay. On pages those stay that browsers apply by themselves, and
// `tnum`, since chips and RUNs stand in tabular figures: the others no style asks for, and `locl`
// has letters of its own for texts in Catalan, Dutch and Turkish.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const subsetFont = require("subset-font");

const VARIABLE = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next";
const ATKINSON = "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next";
const EMOJI = "@fontsource/noto-emoji/files/noto-emoji-emoji-400-normal.woff2";
const WEIGHTS = [400, 700];
const PUNCTUATION = "‘’‚“”„–—…·•‹›€−";
const SPANISH = "\u00a0¡¿«»°ºª·×±áéíóúüñÁÉÍÓÚÜÑ";
const WEB_MAX_BYTES = 14 * 1024;
const WEB_FEATURES = ["ccmp", "liga", "clig", "calt", "kern", "mark", "mkmk", "tnum"];

const range = (first, last) =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)).join("");
const USUAL = range(0x20, 0x7e) + SPANISH + PUNCTUATION;
const LATIN_1_REST = [...range(0xa0, 0xff)].filter((letter) => !SPANISH.includes(letter)).join("");
const LATIN_EXTENDED_A = range(0x100, 0x17f);

const source = (name) => readFile(require.resolve(name));
const atkinson = (part, weight) => source(`${ATKINSON}-${part}-${weight}-normal.woff2`);

async function web(folder) {
  const [min, max] = WEIGHTS;
  const how = {
    targetFormat: "woff2",
    keepFeatures: WEB_FEATURES,
    variationAxes: { wght: { min, max } },
  };
  const parts = [
    ["atkinson", "latin", USUAL],
    ["atkinson-ext-latin", "latin", LATIN_1_REST],
    ["atkinson-ext", "latin-ext", LATIN_EXTENDED_A],
  ];
  for (const [name, part, text] of parts) {
    const font = await subsetFont(await source(`${VARIABLE}-${part}-wght-normal.woff2`), text, how);
    if (font.length > WEB_MAX_BYTES) {
      throw new Error(`${name}.woff2 has ${font.length} bytes, more than ${WEB_MAX_BYTES}`);
    }
    await writeFile(join(folder, `${name}.woff2`), font);
  }
}

async function print(folder) {
  const whole = { targetFormat: "truetype", keepAllGlyphs: true };
  for (const weight of WEIGHTS) {
    for (const part of ["latin", "latin-ext"]) {
      const font = await subsetFont(await atkinson(part, weight), "", whole);
      await writeFile(join(folder, `atkinson-${part}-${weight}.ttf`), font);
    }
  }
  await writeFile(join(folder, "noto-emoji.ttf"), await subsetFont(await source(EMOJI), "", whole));
}

const out = process.argv[2];
if (!out) {
  console.error("usage: node fonts.mjs OUT");
  process.exit(2);
}
for (const [name, make] of Object.entries({ web, print })) {
  const folder = join(out, name);
  // What it was made into before would be served and counted too.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await make(folder);
}
