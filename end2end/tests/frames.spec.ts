// What waits on a phone goes to another one without any network: shown as codes, filmed, carried
// sealed, and handed in once there is signal; the coordination's page films them too. Each record
// counts once, whoever brings it.
import { rm } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { filmOf, seeing, type Drawn } from "../fixtures/camera.ts";
import { countedOnce } from "../fixtures/coordinator.ts";
import { pace, PACKET, watchScreen, watchSymbols } from "../fixtures/frames.ts";
import type { Huella } from "../fixtures/huella.ts";
import { Installed } from "../fixtures/installed.ts";
import { qrCodes } from "../fixtures/pdf.ts";
import { choose, PIN, pinField, type, visited } from "../fixtures/pin.ts";
import { prepare } from "../fixtures/prepared.ts";
import { sit } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { Silence } from "../fixtures/silence.ts";
import { copied, stored } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip, keepShell, served } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(300_000);

const SHOW = "Mostrar los registros a otro teléfono";
const RECEIVE = "Recibir registros de otro teléfono";
const FILM = "Leer códigos con la cámara";
const COUNT = /^Van (\d+) códigos; el otro necesita unos (\d+)\.$/;
const CARRIED = "Este teléfono lleva 2 registros de otro";
const HANDED_IN = "Los registros del otro teléfono quedaron entregados";
/** A film of half a minute, seen by a decoder on a busy machine. */
const FILMED_WITHIN = { timeout: 120_000 };
/**
 * No code stands for less, in milliseconds, so that nothing flashes more than three times a second;
 * slow ones stand twice as long. A timer that rounds takes one of these away.
 */
const [STANDS_MS, STANDS_LONG_MS] = [166, 332];
/** Codes beyond the pieces after which a packet is whole, but for one time in sixteen million. */
const BEYOND = 24;

/** A phone that has recorded without the server, with a PIN, and is closed. */
async function closedWith(page: Page, huella: Huella, visits: [string, string][]) {
  await begin(page, huella, "terreno");
  await choose(page, PIN);
  await served(page);
  await huella.stop();
  for (const [name, number] of visits) await visited(page, name, number);
  await copied(page, visits.length);
  await page.reload();
  await expect(pinField(page)).toBeFocused();
}

/** How many codes were shown, and how many the other phone needs. */
async function standing(page: Page): Promise<[number, number]> {
  const [, shown, needed] = COUNT.exec((await page.getByText(COUNT).textContent())!)!;
  return [Number(shown), Number(needed)];
}

/** The symbols that the phone shows, until half as many again as are needed, and some. */
async function symbols(page: Page): Promise<Drawn[]> {
  await page.evaluate(watchSymbols);
  await page.getByRole("button", { name: SHOW }).tap();
  const [, needed] = await standing(page);
  const enough = Math.ceil((needed + BEYOND) * 1.5) + 3;
  await expect.poll(async () => (await standing(page))[0], { timeout: 60_000 })
    .toBeGreaterThan(enough);
  return page.evaluate(() => (window as unknown as { drawn: Drawn[] }).drawn);
}

/** The text of the code that is shown just now. */
async function shownText(page: Page): Promise<string> {
  const [text = ""] = await qrCodes(await page.locator(".frames .qr").screenshot());
  return text;
}

/** Another letter in the place of one. */
const altered = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);

/** Who wants little motion has slower codes from the first, as whoever asks; a keyboard leaves. */
async function openedCalmly(page: Page) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const button = page.getByRole("button", { name: SHOW });
  await button.tap();
  const view = page.getByRole("dialog", { name: SHOW });
  const slower = view.getByRole("button", { name: "Más lento" });
  for (const isSlow of [true, false, true]) {
    await expect(slower).toHaveAttribute("aria-pressed", `${isSlow}`);
    expect(await pace(page)).toBeGreaterThan(isSlow ? STANDS_LONG_MS : STANDS_MS);
    if (!isSlow) {
      // A machine that is busy just then delays all of a few.
      const fast = expect.poll(() => pace(page), "as fast as a good camera reads");
      await fast.toBeLessThan(STANDS_LONG_MS);
    }
    await slower.tap();
  }
  await page.keyboard.press("Escape");
  await expect(view).toHaveCount(0);
  await expect(button).toBeFocused();
  await page.emulateMedia({ reducedMotion: null });
}

/** Every third is lost, and the order is another; a code of somebody else and a misread one too. */
async function filmed(file: string, page: Page): Promise<string> {
  const all = await symbols(page);
  const view = page.getByRole("dialog", { name: SHOW });
  const pause = view.getByRole("button", { name: "Pausa" });
  await pause.tap();
  await expect(pause).toHaveAttribute("aria-pressed", "true");
  await expectAccessible(page);
  await shot(page, "field-frames");
  const [shown] = await standing(page);
  const text = await shownText(page);
  expect(text).toHaveLength(393);
  expect((await standing(page))[0], "it stands still").toBe(shown);
  await expect(page.locator("html")).toHaveAttribute("data-awake", "yes");
  await view.getByRole("button", { name: "Cerrar" }).tap();
  await expect(view).toHaveCount(0);
  await expect(page.locator("html")).toHaveAttribute("data-awake", "no");
  await openedCalmly(page);
  const seen = all.filter((_, at) => at % 3 !== 2).reverse();
  const strange = [altered(text, 200), "HUELLA:7K2M0QXZ"];
  return filmOf(file, [
    ...strange.map((text) => ({ format: "QRCode" as const, text })), ...seen,
  ]);
}

/** A phone of the same operative that has prepared the outreach, with a camera that sees a film. */
async function prepared(phone: Installed, huella: Huella): Promise<[Page, Silence]> {
  const page = await phone.open();
  const silence = new Silence(page.context());
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  await keepShell(page);
  await prepare(page);
  return [page, silence];
}

/** The coordination's page sees the same film, of which it has everything already. */
async function filmAtDesk(desk: Page, huella: Huella) {
  await sit(desk, huella, "coordinacion", "/coordinacion/telefonos");
  await desk.getByRole("link", { name: /muestra códigos/ }).click();
  const act = desk.getByRole("button", { name: FILM });
  await expect(act).toBeVisible();
  await expectAccessible(desk);
  await shot(desk, "handover-film");
  await act.click();
  await expect(desk).toHaveURL(/\/entregar\?0\.2\.0\.0\.0$/, FILMED_WITHIN);
  await expect(desk.getByText("2 ya estaban")).toBeVisible();
}

test("another phone films what waits on a closed one, and hands it in with signal", async (
  { page, huella, silence }, info,
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await page.addInitScript(watchScreen);
  const numbers = [chip(), chip()];
  const visits: [string, string][] = [["Ckamur", numbers[0]!], ["Yastay", numbers[1]!]];
  await closedWith(page, huella, visits);
  const film = await filmed(info.outputPath("frames.y4m"), page);
  // Or it would send by itself what waits.
  await page.context().clearCookies();
  await huella.serve();

  const phone = await Installed.make(info, huella.origin, seeing(film));
  const [other, heard] = await prepared(phone, huella);
  await huella.stop();
  await other.goto("/terreno/registros");
  await other.getByRole("button", { name: RECEIVE }).tap();
  const view = other.getByRole("dialog", { name: RECEIVE });
  await expect(view.getByText(/^\d+ de \d+$/)).toBeVisible(FILMED_WITHIN);
  await expectAccessible(other);
  await expect(other.getByText(CARRIED)).toBeVisible(FILMED_WITHIN);
  await expect(view).toHaveCount(0);
  await expectAccessible(other);
  await shot(other, "field-carried");
  const held = await stored(other);
  expect(held).toContain(PACKET);
  for (const [name, number] of visits) {
    expect(held).not.toContain(name);
    expect(held).not.toContain(number);
  }
  await other.goto("/terreno");
  await expect(other.getByText(CARRIED), "kept").toBeVisible();
  await expect(other.getByText(/también 2 registros que lleva de otro/)).toBeVisible();

  await huella.serve();
  await online(other);
  await expect(other.getByText(HANDED_IN)).toBeVisible({ timeout: 90_000 });
  await expect(other.getByText(CARRIED)).toHaveCount(0);
  const summary = other.getByRole("link", { name: "Ver en qué quedaron" });
  await expect(summary).toHaveAttribute("href", "/entregar?2.0.0.0.0");
  await expectAccessible(other);
  expect(await stored(other), "what was handed in is here no more").not.toContain(PACKET);
  await other.reload();
  await expect(other.getByRole("link", { name: "Nueva atención" })).toBeVisible();
  await countedOnce(other, numbers);
  await expect(other.getByText(/que lleva de otro/)).toHaveCount(0);
  await expect(other.getByText(CARRIED)).toHaveCount(0);
  await phone.end();
  expect(heard.broken()).toEqual([]);

  await sit(page, huella, "terreno", "/terreno/registros");
  await type(page, PIN);
  for (const [name] of visits) {
    const row = page.locator(".rows li", { hasText: name });
    await expect(row).toContainText("Enviado", { timeout: 60_000 });
  }
  await countedOnce(page, numbers);

  const office = await Installed.make(info, huella.origin, seeing(film));
  const desk = await office.open();
  const atDesk = new Silence(desk.context());
  await filmAtDesk(desk, huella);
  await countedOnce(desk, numbers);
  await office.end();
  expect(atDesk.broken()).toEqual([]);
  await rm(film);
});

test("a phone that shows codes is not left alone, and one that stands still is", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await page.addInitScript(watchScreen);
  await page.clock.install();
  await begin(page, huella, "terreno");
  await choose(page, PIN);
  await served(page);
  await huella.stop();
  await visited(page, "Desvelada", chip());
  await page.getByRole("link", { name: "Volver al inicio" }).tap();
  await page.getByRole("link", { name: "Ver todo" }).tap();
  await copied(page, 1);
  await page.getByRole("button", { name: SHOW }).tap();
  const view = page.getByRole("dialog", { name: SHOW });
  for (const minutes of ["09:00", "09:00"]) {
    const [before] = await standing(page);
    await page.clock.fastForward(minutes);
    await expect.poll(async () => (await standing(page))[0]).toBeGreaterThan(before + 1);
  }
  await view.getByRole("button", { name: "Pausa" }).tap();
  await page.clock.fastForward("09:00");
  await expect(view).toBeVisible();
  await page.clock.fastForward("02:00");
  await expect(pinField(page)).toBeVisible();
  await huella.serve();
});

test("any codes of a packet make it whole, and no other text does anything", async (
  { page, huella },
) => {
  await page.goto(huella.origin);
  const told = await page.evaluate(async ([script, beyond]) => {
    const { split, gather, packed, unpacked, ours } = await import(script);
    // A generator of its own, so that what fails fails again.
    let seed = 20_201;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    const bytes = (size: number) => new Uint8Array(size).map(() => random() * 256);
    const wrong: string[] = [];
    const trials = 400;
    for (let trial = 0; trial < trials; trial += 1) {
      const packet = bytes(1 + Math.floor(random() ** 3 * 25_000));
      const { pieces, code } = await split(packet);
      const [take, loss] = [gather(), (trial % 31) / 100];
      let at = trial % 2 ? 0 : Math.floor(random() * 70_000);
      let [seen, got] = [0, 0];
      let whole: Promise<Uint8Array | undefined> | undefined;
      while (!whole && seen < pieces + beyond) {
        const text = code(at);
        at += 1;
        if (random() < loss) continue;
        seen += 1;
        const standing = take(text);
        if (standing.got < got || standing.of !== pieces) wrong.push(`${trial}: ${standing.got}`);
        got = standing.got;
        whole = standing.packet;
      }
      const read = await whole;
      const isSame = read?.every((byte, at) => byte === packet[at]);
      if (isSame && read?.length === packet.length) continue;
      wrong.push(`${trial}: ${got} of ${pieces} after ${seen} codes`);
    }
    // One letter that is another, wherever it stands, and texts of no phone at all.
    const { code } = await split(bytes(1_000));
    const good: string = code(3);
    const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    const other = () => letters[Math.floor(random() * letters.length)]!;
    const take = gather();
    for (let at = 0; at < good.length; at += 1) {
      const letter = good[at] === "A" ? "B" : "A";
      if (take(good.slice(0, at) + letter + good.slice(at + 1))) wrong.push(`letter ${at}`);
    }
    for (let at = 0; at < 2_000; at += 1) {
      const text = Array.from({ length: at % 2 ? good.length : at % 500 }, other).join("");
      if (take(text)) wrong.push(text);
    }
    const odd = ["\0", "ñ", ":", "0"].map((letter) => letter.repeat(good.length));
    for (const text of ["", good.toLowerCase(), ...odd]) {
      if (take(text)) wrong.push(text);
    }
    const long = "Ñandú ".repeat(10_000);
    const small = await packed(long);
    if (small.length > long.length / 10 || (await unpacked(small)) !== long) wrong.push("packed");
    if ((await unpacked(new TextEncoder().encode(long))) !== long) wrong.push("as it is");
    // Only copies that have names are kept, whatever a packet says of itself.
    const huella = "huella sealed 1";
    const copies = [{ id: "7" }];
    const odder = [
      7, null, { sealed: copies }, { huella: "otra", sealed: copies }, { huella, sealed: [] },
      { huella, sealed: "7" }, { huella, sealed: [null] }, { huella, sealed: [...copies, {}] },
    ];
    for (const one of odder) {
      if (await ours(packed(JSON.stringify(one)))) wrong.push(JSON.stringify(one));
    }
    if (!(await ours(packed(JSON.stringify({ huella, sealed: copies }))))) wrong.push("ours");
    // Codes of ever other packets neither fill the memory nor end what has come further.
    const [mixed, own] = [gather(), await split(bytes(1_000))];
    const others = await Promise.all(Array.from({ length: 9 }, () => split(bytes(1_000))));
    for (const text of [own.code(0), own.code(1)]) mixed(text);
    for (const other of others) mixed(other.code(0));
    if (mixed(own.code(2)).got !== 3) wrong.push("forgotten");
    if (mixed(others[0].code(1)).got !== 1) wrong.push("kept without bound");
    if (await split(new Uint8Array())) wrong.push("nothing");
    if (await split(new Uint8Array(2_000_000))) wrong.push("too large");
    return wrong;
  }, ["/frames.js", BEYOND] as const);
  expect(told).toEqual([]);
});
