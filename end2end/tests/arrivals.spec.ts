// The door of an outreach without signal: one ticket shown to two phones, places given to who has
// no booking, as many as each phone was lent, a ticket before the camera, and its two animals that
// are attended one after the other.
import type { Page } from "@playwright/test";
import { apart } from "../fixtures/apart.ts";
import { ask } from "../fixtures/ask.ts";
import { codeOf, fillIn } from "../fixtures/booking.ts";
import { film, seeing } from "../fixtures/camera.ts";
import { ownerOf } from "../fixtures/coordinator.ts";
import type { Huella } from "../fixtures/huella.ts";
import { Installed } from "../fixtures/installed.ts";
import { askToPair, inField, makeCode, pair } from "../fixtures/pairing.ts";
import { NAME, opened } from "../fixtures/plan.ts";
import { prepare } from "../fixtures/prepared.ts";
import { seat } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { Silence } from "../fixtures/silence.ts";
import { draftHolds, heldRecords, stored } from "../fixtures/store.ts";
import { fieldSetup } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  chip, chooseOutreach, keepShell, readChip, run as newRun, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(120_000);
test.beforeEach(({ silence }) => silence.allow(/ERR_|Failed to load resource/));

const FIND = "Código, RUN o nombre";
/** So long a phone trembles when something was read, in milliseconds (`/phone.js`). */
const READ_MS = 40;

interface Expected {
  line: string;
  offering: string;
  state: string;
  is_known: boolean;
  details: { name: { given: string }; animals: { name: string }[] } | null;
}

interface Come {
  command: string;
  number: number;
  share?: string;
}

/** A phone of the team at the door, with what it needs there; how many places it was lent. */
async function atTheDoor(phone: Page, huella: Huella, name: string) {
  const code = await makeCode(phone, huella);
  await inField(phone, huella);
  await askToPair(phone);
  await pair(phone, code, name);
  await expect(phone.getByText(new RegExp(`^Emparejado como «${name}»`))).toBeVisible();
  await keepShell(phone);
  await phone.getByRole("link", { name: "Llegadas" }).tap();
  await expect(phone.getByRole("heading", { level: 1, name: "Llegadas" })).toBeVisible();
  return lent(phone);
}

/** The button that gives a place for a chip, while any is left. */
const places = (phone: Page) => phone.getByRole("button", { name: /^Microchip: dar un cupo/ });

/** The same while so many are left. */
const place = (phone: Page, left: number) =>
  phone.getByRole("button", { name: `Microchip: dar un cupo (disponibles: ${left})`, exact: true });

/** How many places for chips a phone has: its part of what was left when it asked. */
const lent = async (phone: Page) => Number(/\d+/.exec((await places(phone).textContent())!)![0]);

/** Who is expected for a chip and has not come, in what the phone takes along, with the RUN. */
async function waiting(page: Page) {
  const where = (await page.locator("header a").first().textContent())?.trim();
  const { outreaches } = await fieldSetup(page);
  const today = outreaches.find(({ outreach }) => where?.startsWith(outreach.name));
  const path = `/api/v1/field/pack/${today?.outreach.id}/bookings`;
  const all: (Expected & { run: string })[] = [];
  for (const one of await ask<Expected[]>(page, path)) {
    const run = /:(\d+-[\dK])\t/i.exec(one.line)?.[1];
    // In the evening nobody of them has come in time: who comes late gets in all the same.
    const isDue = one.state === "booked" || one.state === "no_show";
    if (run && one.offering === "chip" && isDue) all.push({ ...one, run });
  }
  expect(all.length, "somebody is expected for a chip").toBeGreaterThan(0);
  return all;
}

/** What a phone has recorded of who came. */
async function came(phone: Page): Promise<Come[]> {
  const records = await heldRecords(phone);
  return records.flatMap(({ body }) => (JSON.parse(body) as { commands: Come[] }).commands);
}

const ONCE = "a ticket of two phones is accepted once, and each gives the places that it was lent";
test(`${ONCE} @critical`, async ({ page, browser, huella }, info) => {
  const { viewport, hasTouch, isMobile, locale, timezoneId } = info.project.use;
  const seen = { viewport, hasTouch, isMobile, locale, timezoneId, baseURL: huella.origin };
  const other = await (await browser.newContext(seen)).newPage();
  const phones = [[page, "Puerta norte"], [other, "Puerta sur"]] as const;
  const parts: number[] = [];
  for (const [phone, name] of phones) parts.push(await atTheDoor(phone, huella, name));
  const given = parts[0]! + parts[1]!;
  const { run } = (await waiting(page))[0]!;
  await expect(page.locator(".owner-card").first()).toBeVisible();
  const due = page.locator(".owner-card", { has: page.getByRole("button", { name: "Llegó" }) });
  const hours = (await due.allTextContents()).map((told) => /\d\d:\d\d/.exec(told)?.[0] ?? "none");
  expect(hours, "who is due next stands first").toEqual([...hours].sort());
  await expectAccessible(page);
  await shot(page, "arrivals");

  await huella.stop();
  // As a phone that was closed and opened again in the hall.
  for (const [at, [phone]] of phones.entries()) {
    await phone.reload();
    await expect(place(phone, parts[at]!)).toBeVisible();
  }
  expect(await stored(page), "who is expected lies sealed").not.toContain(run);
  // Another tab of the first phone, which draws nothing anew when they come.
  const tab = await page.context().newPage();
  await tab.goto("/terreno/llegadas");
  await expect(place(tab, parts[0]!)).toBeVisible();
  await tab.getByLabel(FIND).fill(run);
  const again = tab.getByRole("button", { name: "Llegó", exact: true });
  await expect(again).toHaveCount(1);
  for (const [at, [phone]] of phones.entries()) {
    await phone.getByLabel(FIND).fill("HTTPS://HUELLA.EXAMPLE/T/ABCDEFGH27");
    await expect(phone.getByText(/^Ninguna reserva con esos datos/)).toBeVisible();
    await phone.getByLabel(FIND).fill(run);
    await phone.getByRole("button", { name: "Llegó", exact: true }).tap();
    // The same phone says at once that it was shown before.
    await expect(phone.getByText("Este boleto ya entró")).toBeVisible();
    await expect(phone.getByText(/^Número \d+$/).first()).toBeVisible();
    await expect(phone.getByRole("button", { name: "Llegó", exact: true })).toHaveCount(0);
    // What is tapped next has the one before done at once, unless that took its moment before.
    for (let taps = 0; taps < parts[at]!; taps += 1) await places(phone).tap();
    await expect(places(phone)).toHaveCount(0);
    // What was given is given, also to an app that begins anew.
    await phone.reload();
    await expect(phone.getByRole("heading", { name: "Sin reserva" })).toBeVisible();
    const others = phone.getByRole("button", { name: /^Desparasitación: dar un cupo/ });
    await expect(others).toBeVisible();
    await expect(places(phone)).toHaveCount(0);
    await phone.getByLabel(FIND).fill(run);
    await expect(phone.getByText("Este boleto ya entró")).toBeVisible();
  }
  await again.tap();
  await expect(tab.locator("#puerta > .scan")).toHaveText("Este boleto ya entró");
  await expect(tab.locator("#puerta > .scan")).toBeFocused();
  await tab.close();
  const all = (await Promise.all(phones.map(([phone]) => came(phone)))).flat();
  const numbers = all.map(({ number }) => number);
  expect(new Set(numbers).size, `no number twice: ${numbers}`).toBe(given + 2);
  const shares = all.filter(({ command }) => command === "walk_in").map(({ share }) => share);
  expect(shares.length, "each place out of a share").toBe(given);
  expect(new Set(shares).size, "and none out of the other's").toBe(2);
  await expectAccessible(page);
  await shot(page, "arrivals-taken");

  await huella.serve();
  let [sent, compared] = [0, 0];
  for (const [at, [phone]] of phones.entries()) {
    await phone.goto("/terreno/registros");
    await online(phone);
    const rows = phone.getByRole("link", { name: /Llegada/ });
    const accepted = rows.filter({ hasText: "Enviado" });
    const conflict = rows.filter({ hasText: /Hay que comparar dos registros/ });
    const answered = async () => (await accepted.count()) + (await conflict.count());
    await expect.poll(answered, { timeout: 90_000 }).toBe(parts[at]! + 1);
    [sent, compared] = [sent + (await accepted.count()), compared + (await conflict.count())];
  }
  expect([sent, compared]).toEqual([given + 1, 1]);
  // With signal each is lent others.
  for (const [phone] of phones) {
    await phone.goto("/terreno/llegadas");
    expect(await lent(phone)).toBeGreaterThan(0);
  }
  await other.context().close();

  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  const card = page.locator("main li.card", { hasText: "Con este boleto ya entró alguien" });
  await expect(card).not.toContainText("Microchip");
  await expect(card.getByRole("button", { name: "Registrar", exact: true })).toHaveCount(0);
  await expect(card.getByRole("button", { name: "No registrar" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "arrivals-conflict");
});

test("who came goes on to the visit with what was said when booking", async ({ page, huella }) => {
  await inField(page, huella);
  const all = await waiting(page);
  const { run, is_known: isKnown, details } = all.find((one) => !one.is_known) ?? all[0]!;
  await page.getByRole("link", { name: "Llegadas" }).tap();
  await page.getByLabel(FIND).fill(run);
  const { given } = details!.name;
  const names = page.locator(".owner-card .card-title");
  await expect(names.filter({ hasNotText: given }), "the others have gone").toHaveCount(0);
  await expect(names.first()).toContainText(given);
  const name = await names.first().textContent();
  await page.getByRole("button", { name: "Atender", exact: true }).first().tap();
  await expect(page).toHaveURL(/\/terreno\/visita$/);
  if (isKnown) {
    await expect(page.locator(".owner-card .card-title", { hasText: name! }).first()).toBeVisible();
    return;
  }
  await expect(page.locator("#given")).toHaveValue(given);
  await draftHolds(page, given);
  // What only they can say is asked, and then the first animal is there as it was said.
  await page.getByText("Tiene 18 años o más").tap();
  await page.getByText(/inhabilidad/).tap();
  await page.getByRole("button", { name: "Continuar" }).tap();
  await expect(page.getByLabel("Nombre del animal")).toHaveValue(details!.animals[0]!.name);
  // A visit that is half filled in is not written over.
  await page.goto("/terreno/llegadas");
  await page.getByLabel(FIND).fill(all.find((one) => one.run !== run)!.run);
  await page.getByRole("button", { name: "Atender", exact: true }).first().tap();
  await expect(page.getByText("Hay una atención a medio llenar")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "arrivals-half-filled");
  await page.getByRole("link", { name: "Seguir la atención" }).tap();
  await expect(page).toHaveURL(/\/terreno\/visita$/);
});

/** The answer to a phone that gives something back. */
const givenBack = (phone: Page) =>
  phone.waitForResponse((response) => {
    if (!response.url().endsWith("/api/v1/field/places")) return false;
    return (response.request().postDataJSON() as { give_back: string[] }).give_back.length > 0;
  });

// On a server of its own: what others were lent is not counted.
apart("what a phone was lent comes back when its team goes elsewhere, or signs out", async (
  { page, own },
) => {
  await atTheDoor(page, own, "Puerta este");
  await page.getByRole("link", { name: "Volver al inicio" }).tap();
  const elsewhere = givenBack(page);
  await page.getByRole("button", { name: "Cambiar de operativo" }).tap();
  // What it answers is gone with the page that it was told to.
  expect((await elsewhere).ok()).toBe(true);

  // It is lent again where it is asked for; what is left then comes back behind what was promised.
  await chooseOutreach(page, /Hoy/);
  await page.getByRole("link", { name: "Llegadas" }).tap();
  const part = await lent(page);
  expect(part, "more than the one that is given").toBeGreaterThan(1);
  await place(page, part).tap();
  await expect(place(page, part - 1)).toBeVisible();
  await page.getByRole("link", { name: "Volver al inicio" }).tap();
  await expect(page.getByRole("link", { name: /Enviado/ }).first()).toBeVisible();
  const leaving = givenBack(page);
  await page.getByRole("button", { name: "Salir" }).tap();
  expect((await leaving).ok()).toBe(true);
  await page.waitForURL((url) => !url.pathname.startsWith("/terreno"));
});

test("who holds no place is not taken in as if there were one", async ({ page, huella }) => {
  await inField(page, huella);
  const [one] = await waiting(page);
  await page.route("**/api/v1/field/pack/*/bookings", async (route) => {
    const response = await route.fetch();
    const all = (await response.json()) as Expected[];
    await route.fulfill({ response, json: all.map((own) => ({ ...own, state: "waiting" })) });
  });
  await page.getByRole("link", { name: "Llegadas" }).tap();
  await page.getByLabel(FIND).fill(one!.run);
  await expect(page.getByText(/^No tiene cupo reservado/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Llegó", exact: true })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Atender", exact: true }).first()).toBeVisible();
  await expectAccessible(page);
});

/** Two animals, booked in this order. */
const BOOKED = [
  { name: "Ñusta", species: ["dog", "Perro"], sex: ["female", "Hembra"], years: 2 },
  { name: "Copito", species: ["cat", "Gato"], sex: ["male", "Macho"], years: 3 },
] as const;
const NEXT = "Otro animal de la misma persona";

/** Places for both animals of somebody are booked, as it is done without an account. */
async function book(page: Page, document: string) {
  await page.goto("/operativos");
  await page.getByRole("link", { name: NAME }).click();
  await page.getByRole("link", { name: "Reservar", exact: true }).click();
  const asking = { run: document, given: "Ana María", surnames: "Ñancupil Soto", email: null };
  await fillIn(page, { ...asking, pet: BOOKED[0].name });
  for (const [at, { name, species, sex, years }] of BOOKED.entries()) {
    await page.locator(`#pet_name_${at + 1}`).fill(name);
    await page.locator(`#species_${at + 1}`).selectOption(species[0]);
    await page.locator(`#sex_${at + 1}`).selectOption(sex[0]);
    await page.locator(`#years_${at + 1}`).fill(String(years));
  }
  await page.getByRole("button", { name: "Reservar", exact: true }).click();
  await expect(page.locator("main")).toContainText("Hora reservada");
}

/** From the data of the next booked animal, which are there, to what is looked over at the end. */
async function attend(thumb: Thumb, { name, species, sex }: (typeof BOOKED)[number]) {
  const { page } = thumb;
  await expect(page.getByLabel("Nombre del animal")).toHaveValue(name);
  for (const words of [species[1], sex[1]]) {
    await expect(page.getByRole("radio", { name: words, exact: true })).toBeChecked();
  }
  await thumb.tap(page.getByText(/^Enter[ao]/).first());
  await thumb.press("Continuar");
  const number = chip();
  await readChip(thumb, number);
  await thumb.press("Revisar");
  await expect(page.getByRole("heading", { name: "Revise antes de guardar" })).toBeVisible();
  return number;
}

/** In the page: notes how long the phone was to tremble, each time. */
function feel() {
  const felt: unknown[] = [];
  const vibrate = (ms: unknown) => felt.push(ms) > 0;
  Object.assign(navigator, { vibrate });
  Object.assign(window, { felt });
}

/** How long the phone was to tremble since the page was opened, in milliseconds. */
const felt = (page: Page) =>
  page.evaluate(() => (window as unknown as { felt: number[] }).felt);

// On a server of its own: a second outreach of today would stand in the way of other tests.
apart("a ticket before the camera, and its two animals one after the other without signal", async (
  { page: desk, own }, info,
) => {
  test.setTimeout(240_000);
  const sheet = await opened(desk, own);
  const document = newRun();
  await book(desk, document);
  const ticket = `${own.origin}/T/${codeOf(desk)}`.toUpperCase();
  await desk.goto(`${sheet}/plan`);
  await desk.getByRole("button", { name: "Comenzar la jornada", exact: true }).first().click();
  await expect(desk.getByRole("status")).toContainText("Quedó guardado.");

  const seen = await film(info.outputPath("ticket.y4m"), [{ format: "QRCode", text: ticket }]);
  const phone = await Installed.make(info, own.origin, seeing(seen));
  const page = await phone.open();
  const heard = new Silence(page.context());
  heard.allow(/ERR_|Failed to load resource/);
  await page.context().addInitScript(feel);
  await seat(page, own, "veterinaria", "/terreno");
  await chooseOutreach(page, new RegExp(NAME));
  await prepare(page);
  await keepShell(page);
  await page.getByRole("link", { name: "Llegadas" }).tap();
  const card = page.locator(".owner-card", { hasText: "Ana María Ñancupil Soto" });
  await expect(card).toContainText("Ñusta, Copito");
  await own.stop();
  await page.reload();
  await page.getByLabel(FIND).fill("nadie");
  await expect(card).toHaveCount(0);
  await page.getByRole("button", { name: "Leer el boleto", exact: true }).tap();
  // The decoder is compiled at the first reading.
  await expect(page.getByLabel(FIND)).toHaveValue(ticket, { timeout: 30_000 });
  await expect.poll(() => felt(page), "it trembles once, shortly").toEqual([READ_MS]);
  await card.getByRole("button", { name: "Llegó", exact: true }).tap();
  await expect(card).toContainText("Este boleto ya entró");
  await card.getByRole("button", { name: "Atender", exact: true }).tap();

  const thumb = new Thumb(page);
  await expect(page.locator("#given")).toHaveValue("Ana María");
  await thumb.tap(page.getByText("Tiene 18 años o más"));
  await thumb.tap(page.getByText(/inhabilidad/));
  await thumb.press("Continuar");
  const [first, second] = BOOKED;
  const chips = [await attend(thumb, first)];
  const next = page.getByRole("button", { name: NEXT });
  await expect(next).toHaveText(`${NEXT} · ${second.name}`);
  await expectAccessible(page);
  await shot(page, "arrivals-next-animal");
  await thumb.tap(next);
  // Going back leaves one of which nothing was said, and it comes again.
  await expect(page.getByLabel("Nombre del animal")).toHaveValue(second.name);
  await thumb.press("Volver");
  await expect(page.locator("main .card-title")).toHaveText([first.name]);
  await thumb.tap(next);
  chips.push(await attend(thumb, second));
  await expect(page.locator("main .card-title")).toHaveText([first.name, second.name]);
  await expect(next, "nobody is left").toHaveText(NEXT);
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();

  await own.serve();
  await page.goto("/terreno/registros");
  await online(page);
  const sent = page.locator(".rows li").filter({ hasText: "Enviado" });
  await expect(sent, "the arrival and the visit").toHaveCount(2, { timeout: 90_000 });
  for (const [at, number] of chips.entries()) {
    const { animals } = await ownerOf(page, number);
    const names = animals.map(({ details }) => (details as { name: string }).name).sort();
    expect(names, `one owner has chip ${at + 1} and both animals`).toEqual(["Copito", "Ñusta"]);
  }
  // Each animal takes a place: by both the booking is served whole.
  const path = `/api/v1/field/pack/${sheet.split("/").at(-1)}/bookings`;
  const states = async () => (await ask<Expected[]>(page, path)).map(({ state }) => state);
  await expect.poll(states, { timeout: 60_000 }).toEqual(["served"]);
  await phone.end();
  expect(heard.broken(), "console, exceptions, foreign hosts of the phone").toEqual([]);
});
