// A day in a hall without signal, and what could lose a record of it: reloads, a battery that ends,
// two tabs, two phones with one chip, a new version, a queue that an older one wrote.
import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { ask } from "../fixtures/ask.ts";
import type { Card } from "../fixtures/coordinator.ts";
import { fill, person, pet } from "../fixtures/crowd.ts";
import type { Huella } from "../fixtures/huella.ts";
import { Installed } from "../fixtures/installed.ts";
import { keepsAppAlone } from "../fixtures/kept.ts";
import { Newer } from "../fixtures/newer.ts";
import { holdOlder } from "../fixtures/older.ts";
import {
  counted, heldPictures, type HeldPicture, OF_ANIMAL, OF_PAPER, take,
} from "../fixtures/picture.ts";
import { prepare } from "../fixtures/prepared.ts";
import { seat } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { draftHolds, heldRecords } from "../fixtures/store.ts";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import {
  chip, chooseOutreach, firstDoses, keep, keepShell, newAnimal, newOwner, newVisit, readChip, run,
  sign, Thumb, usualDoses, withoutServer,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(240_000);
test.beforeEach(({ silence }) => silence.allow(/ERR_|Failed to load resource/));

const VISITS = 30;
/** Every third visit is that of a new owner. */
const NEW_EACH = 3;
/** Of those, the visits with pictures and a signature; in two of them the page goes away. */
const PROVEN = [6, 15, 24];
const [RELOADED, KILLED] = PROVEN;
/** The others come with one of three animals each. */
const KNOWN_OWNERS = 7;
const FROM = 46_000_000;
const WITHOUT_MAIL = { typed: "", meant: "" };

/** The sentence about what the server has, at the top of the records. */
const sentence = (page: Page) => page.locator(".notice-title").first();

/** To the start of the day at the outreach that is open today, with the session of earlier tests. */
async function start(page: Page, huella: Huella) {
  await seat(page, huella, "terreno", "/terreno");
  await chooseOutreach(page, /Hoy/);
}

/** Back at the animal: pictures of it and of a paper, and its declaration signed. */
async function prove(thumb: Thumb) {
  await thumb.press("Volver");
  for (const words of [OF_ANIMAL, OF_PAPER]) await take(thumb.page, words);
  await sign(thumb);
  await thumb.press("Continuar");
}

/** A visit of a new owner up to its chip. */
async function filled(
  page: Page, name: string, number: string, document = run(), isProven = false,
) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, document, WITHOUT_MAIL, isProven);
  await newAnimal(thumb, name);
  if (isProven) await prove(thumb);
  await readChip(thumb, number);
  return thumb;
}

/** Comes back to what was half filled in, after whatever happened to the page. */
async function backAtTheChip(page: Page, number: string) {
  await page.goto("/terreno/visita");
  await expect(page.locator("#chip")).toHaveValue(number);
  await expect(page.locator("#chip_repeated")).toHaveValue(number);
  await expect(page.locator("#weight")).toHaveValue("4,5");
}

/** Sends at once what waits, as a phone does whose network is back. */
async function home(page: Page, words: string) {
  await page.goto("/terreno/registros");
  await online(page);
  await expect(sentence(page)).toHaveText(words, { timeout: 90_000 });
}

/** What the register knows of an owner. */
async function registered(page: Page, document: string): Promise<Card> {
  const { owners } = await ask<{ owners: Card[] }>(page, "/api/v1/field/search", { text: document });
  expect(owners, document).toHaveLength(1);
  return owners[0]!;
}

/** The desk has each picture once and whole, as the phone held it. */
async function arePictured(desk: Page, huella: Huella, pictures: HeldPicture[]) {
  for (const animal of new Set(pictures.map((one) => one.animal))) {
    await seat(desk, huella, "coordinacion", `/coordinacion/registro/animal/${animal}`);
    await expect(desk.locator(".pictures img")).toHaveCount(2);
  }
  for (const { id, sha256 } of pictures) {
    const jpeg = await (await desk.request.get(`/fotos/${id}`)).body();
    expect(createHash("sha256").update(jpeg).digest("hex"), id).toBe(sha256);
  }
}

test("thirty visits without a server outlive reloads and a dead battery, and arrive once", async (
  { page: desk, huella }, info,
) => {
  test.setTimeout(360_000);
  const proxy = await Newer.begin(huella.origin);
  const phone = await Installed.make(info, proxy.origin);
  let page = await phone.open();
  await seat(page, huella, "terreno", "/terreno");
  // Who signs in does so before the server itself.
  await page.goto("/terreno");
  await chooseOutreach(page, /Hoy/);
  await fill(page, KNOWN_OWNERS, FROM);
  await prepare(page);
  await withoutServer(page, huella);
  await proxy.end();

  const documents: string[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    let thumb = new Thumb(page);
    if (visit % NEW_EACH === 0) {
      const [document, number] = [run(), chip()];
      documents.push(document);
      const isProven = PROVEN.includes(visit);
      await filled(page, `Nueva ${documents.length}`, number, document, isProven);
      if (visit === RELOADED || visit === KILLED) {
        await draftHolds(page, "4,5");
        if (visit === KILLED) {
          await phone.kill();
          page = await phone.open();
        }
        await backAtTheChip(page, number);
        thumb = new Thumb(page);
      }
    } else {
      const turn = visit - Math.ceil(visit / NEW_EACH);
      const [owner, animal] = [turn % KNOWN_OWNERS, Math.floor(turn / KNOWN_OWNERS)];
      await newVisit(thumb);
      await thumb.type(person(owner, FROM).document);
      await thumb.press(new RegExp(pet(owner, animal)));
    }
    await (visit === 0 ? firstDoses(page) : usualDoses(thumb));
    await keep(thumb);
    if (visit !== 20) continue;
    // From now on there is a network, and nobody behind it who answers.
    await proxy.again();
    // Where the day stands is there again after a reload, too.
    await page.goto("/terreno");
  }
  const waiting = await heldRecords(page);
  expect(waiting.map(({ head }) => head.sequence)).toEqual(
    Array.from({ length: VISITS }, (_, at) => at + 1),
  );
  const pictures = await heldPictures(page);
  expect(pictures.map(({ kind }) => kind)).toEqual(PROVEN.flatMap(() => ["animal", "paper"]));
  const records = waiting.map(({ head }) => head.id);
  for (const { submission } of pictures) expect(records).toContain(submission);

  await huella.serve();
  // The session of a browser ends with it.
  await seat(page, huella, "terreno", "/terreno");
  await home(page, `${VISITS} recibidos, ninguno pendiente`);
  await expect(page.locator(".rows li")).toHaveCount(VISITS);
  expect(await counted(page), "no picture is left on the phone").toBe("0 0 0");
  for (const [at, document] of documents.entries()) {
    const { animals } = await registered(page, document);
    expect(animals, document).toHaveLength(1);
    expect(animals[0]!.services, document).toHaveLength(3);
    const { declaration } = animals[0]!.details as { declaration: string | null };
    expect(Boolean(declaration), `${document}: signed`).toBe(PROVEN.includes(at * NEW_EACH));
  }
  let services = 0;
  for (let owner = 0; owner < KNOWN_OWNERS; owner += 1) {
    const { animals } = await registered(page, person(owner, FROM).document);
    expect(animals).toHaveLength(3);
    for (const animal of animals) services += animal.services.length;
  }
  const known = VISITS - documents.length;
  expect(services, "a chip for each, two doses for each visit").toBe(KNOWN_OWNERS * 3 + known * 2);
  const { document: somebody, name } = person(0, FROM);
  await keepsAppAlone(page, [
    ...documents, somebody, `${name.given} ${name.surnames}`, "Ñuñez O’Higgins",
  ]);
  await phone.end();
  await proxy.end();
  await arePictured(desk, huella, pictures);
});

test("of two phones with one chip without a server one is accepted and one waits", async (
  { page, browser, huella }, info,
) => {
  const { viewport, hasTouch, isMobile, locale, timezoneId } = info.project.use;
  const seen = { viewport, hasTouch, isMobile, locale, timezoneId, baseURL: huella.origin };
  const other = await (await browser.newContext(seen)).newPage();
  const number = chip();
  const phones = [[page, "Andacollo"], [other, "Sotaquí"]] as const;
  for (const [phone] of phones) await start(phone, huella);
  await huella.stop();
  for (const [phone, name] of phones) await keep(await filled(phone, name, number));
  await huella.serve();
  const [accepted, conflict] = [
    (phone: Page) => phone.getByText("Enviado", { exact: true }),
    (phone: Page) => phone.getByText(/Hay que comparar dos registros/),
  ];
  let [sent, compared] = [0, 0];
  for (const [phone] of phones) {
    await online(phone);
    await expect(accepted(phone).or(conflict(phone))).toBeVisible({ timeout: 90_000 });
    sent += await accepted(phone).count();
    compared += await conflict(phone).count();
  }
  expect([sent, compared]).toEqual([1, 1]);
  const winner = (await accepted(page).count()) === 1 ? "Andacollo" : "Sotaquí";
  const found = await ask<{ owners: { animals: { details: { name: string } }[] }[] }>(
    page, "/api/v1/field/search", { text: number },
  );
  expect(found.owners.map(({ animals }) => animals[0]!.details.name)).toEqual([winner]);
  await other.context().close();
  const loser = winner === "Andacollo" ? "Sotaquí" : "Andacollo";
  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  await expect(page.locator("main li.card", { hasText: `Animal: ${loser}` })).toHaveCount(1);
});

test("two tabs keep one queue and send it once", async ({ page, huella }) => {
  await start(page, huella);
  await keepShell(page);
  const second = await page.context().newPage();
  await second.goto("/terreno");
  await second.getByRole("link", { name: "Nueva atención" }).waitFor();
  await huella.stop();
  const documents = [run(), run(), run(), run()];
  for (const [at, document] of documents.entries()) {
    const tab = at % 2 === 0 ? page : second;
    await tab.bringToFront();
    await keep(await filled(tab, `Pestaña ${at}`, chip(), document));
  }
  const sequences = (await heldRecords(page)).map(({ head }) => head.sequence);
  expect(sequences).toEqual([1, 2, 3, 4]);
  await huella.serve();
  // The tab that sends is the first one, and the other has it try.
  await online(second);
  await home(second, "4 recibidos, ninguno pendiente");
  await page.goto("/terreno/registros");
  await expect(sentence(page)).toHaveText("4 recibidos, ninguno pendiente");
  for (const document of documents) {
    const { animals } = await registered(page, document);
    expect(animals.map(({ services }) => services.length), document).toEqual([1]);
  }
});

test("a second window says what the first has heard, and has it try", async ({ page, huella }) => {
  await start(page, huella);
  await keepShell(page);
  const second = await page.context().newPage();
  await second.goto("/terreno");
  await second.getByRole("link", { name: "Nueva atención" }).waitFor();
  const toTheFront = () => second.evaluate(() => {
    document.dispatchEvent(new Event("visibilitychange"));
  });
  const signal = (words: string) => second.getByText(words, { exact: true });
  await huella.stop();
  await toTheFront();
  await expect(signal("Sin señal"), "which its browser has not noticed").toBeVisible();
  await huella.serve();
  const asked = page.waitForRequest((request) => request.url().endsWith("/api/v1/submissions"));
  await toTheFront();
  await asked;
  await expect(signal("Con señal")).toBeVisible();
});

/** Has the browser look for a new version; whether one waits then. */
const looked = (page: Page) => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.ready;
  await registration.update();
  const worker = registration.installing;
  if (worker) {
    await new Promise<void>((settled) => {
      worker.addEventListener("statechange", () => settled(), { once: true });
    });
  }
  return Boolean(registration.waiting);
});

/** The network is back after more than an hour in which the page was open. */
const onlineAfterHours = (page: Page) => page.evaluate(() => {
  const now = Date.now;
  Date.now = () => now() + 4_000_000;
  window.dispatchEvent(new Event("online"));
  Date.now = now;
});

test("an app that is too old keeps all, and takes the new version between two visits", async (
  { page, huella, silence },
) => {
  silence.allow(/not kept/);
  const newer = await Newer.begin(huella.origin);
  await seat(page, huella, "terreno", "/terreno");
  await page.goto(`${newer.origin}/terreno`);
  await chooseOutreach(page, /Hoy/);
  await keepShell(page);
  newer.takesRecords = false;
  const documents = [run(), run(), run(), run()];
  await holdOlder(page, documents.slice(1));
  await page.goto(`${newer.origin}/terreno`);
  const tooOld = page.getByText("El servidor ya no recibe esta versión de la aplicación");
  await expect(tooOld).toBeVisible();
  await expectAccessible(page);
  // Another window, in the middle of a visit.
  const second = await page.context().newPage();
  await second.goto(`${newer.origin}/terreno`);
  const number = chip();
  const thumb = await filled(second, "Cargada", number, documents[0]!);
  await draftHolds(second, "4,5");
  await second.evaluate(() => document.documentElement.setAttribute("data-same", ""));

  await page.bringToFront();
  newer.isOut = true;
  newer.isPortal = true;
  expect(await looked(page), "a network's own page is no file of the app").toBe(false);
  newer.isPortal = false;
  await onlineAfterHours(page);
  await expect(page.getByText("Hay una versión nueva")).toBeVisible({ timeout: 30_000 });
  const reloaded = page.waitForEvent("load");
  await page.getByRole("button", { name: "Actualizar" }).tap();
  await reloaded;
  await page.getByRole("link", { name: "Seguir la atención" }).waitFor();
  await expect(page.getByText("Hay una versión nueva")).toHaveCount(0);
  const names = await page.evaluate(() => caches.keys());
  expect(names.filter((name) => name.startsWith("huella-next-"))).toHaveLength(1);

  await second.bringToFront();
  await expect(second.locator("#chip")).toHaveValue(number);
  await keep(thumb);
  await expect(second.locator("html[data-same]"), "not in the middle of a visit").toHaveCount(1);
  await second.getByRole("link", { name: "Volver al inicio" }).tap();
  await expect(second.locator("html[data-same]")).toHaveCount(0);
  await second.getByRole("link", { name: "Nueva atención" }).waitFor();
  await expect(second.getByText("Hay una versión nueva")).toHaveCount(0);
  const held = await heldRecords(second);
  expect(held.map(({ state }) => state)).toEqual(documents.map(() => "pending"));
  await second.close();
  newer.takesRecords = true;
  await page.goto(`${newer.origin}/terreno/registros`);
  await expect(sentence(page)).toHaveText("4 recibidos, ninguno pendiente", { timeout: 90_000 });
  for (const document of documents) await registered(page, document);
  await newer.end();
});

test("a queue that an older version wrote goes to this server", async ({ page, huella }) => {
  await start(page, huella);
  const documents = [run(), run()];
  await holdOlder(page, documents);
  await home(page, "2 recibidos, ninguno pendiente");
  await expect(page.locator(".rows li")).toHaveCount(2);
  for (const document of documents) {
    const { animals } = await registered(page, document);
    expect(animals.map(({ services }) => services.length), document).toEqual([1]);
  }
});
