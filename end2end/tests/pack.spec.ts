// What the phone takes along to an outreach: prepared with signal, searched without it, kept
// encrypted, gone on with where it was cut.
import type { Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import { blocks, count, known, PAGES, toppedUp } from "../fixtures/pack.ts";
import { hasAllButPin, prepare, UNREADY } from "../fixtures/prepared.ts";
import { stored } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, firstDoses, keep, keepShell, newAnimal, newOwner, newVisit, readChip, run, Thumb,
  usualDoses, withoutServer,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const BOOKINGS = /\/api\/v1\/field\/pack\/[0-9a-f-]+\/bookings$/;

/** The browser has dropped the app, and the page looks how it stands. */
async function loseShell(page: Page) {
  await page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name !== "huella-decoder");
    await Promise.all(names.map((name) => caches.delete(name)));
    window.dispatchEvent(new Event("huella-pack"));
  });
}

/** Registers somebody with a chipped dog who comes back later, and is found by all that was said. */
async function comesBack(page: Page) {
  const [document, number] = [run(), chip()];
  const first = new Thumb(page);
  await newVisit(first);
  await newOwner(first, document, { typed: "", meant: "" });
  await newAnimal(first, "Vueltera");
  await readChip(first, number);
  await keep(first);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();

  const again = new Thumb(page);
  await newVisit(again);
  const search = page.getByLabel("Buscar a la persona");
  for (const words of ["ohiggins nunez", number, document]) {
    await search.fill(words);
    await expect(page.getByRole("button", { name: /Vueltera/ }), words).toHaveCount(1);
  }
  await again.press(/Vueltera/);
  await usualDoses(again);
  await keep(again);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  return number;
}

test("people are found without signal, served, and sent later", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  const guest = await known(page, "Trueno");
  await expect(page.getByRole("button", { name: "Preparar este operativo" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-pack-offer");
  await prepare(page);
  await expectAccessible(page);
  await shot(page, "field-pack-ready");
  await keepShell(page);
  await loseShell(page);
  await expect(page.getByText(UNREADY)).toBeVisible();
  await expect(page.getByText("Falta la aplicación")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-pack-unready");
  await page.getByRole("button", { name: "Seguir preparando" }).tap();
  await hasAllButPin(page);
  await huella.stop();
  await page.goto("/terreno");

  const thumb = new Thumb(page);
  await newVisit(thumb);
  const search = page.getByLabel("Buscar a la persona");
  const digits = guest.document.replace("-", "");
  for (const words of ["zuniga NUSTA", "o'ryan belen", guest.document, digits, guest.chip, "truen"]) {
    await search.fill(words);
    await expect(page.getByRole("button", { name: /Trueno/ }), words).toBeVisible();
    await expect(page.getByText(/^En este teléfono: fichas de este operativo, de hoy/)).toBeVisible();
  }
  await expectAccessible(page);
  await shot(page, "field-pack-found");
  await search.fill("nadie con este nombre");
  await expect(page.getByText("No encontramos a nadie")).toBeVisible();
  await expect(page.getByText(/puede existir en el registro/)).toBeVisible();

  await search.fill("zuniga");
  await thumb.press(/Trueno/);
  await firstDoses(page);
  await keep(thumb);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  const number = await comesBack(page);
  await huella.serve();
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 60_000 });
  const { animals } = await ownerOf(page, number);
  expect(animals.map(({ services }) => services.length), "a chip and two doses").toEqual([3]);

  // With signal the register answers again, and knows the doses.
  const again = new Thumb(page);
  await newVisit(again);
  await again.type(guest.document);
  await again.press(/Trueno/);
  await usualDoses(again);
  await keep(again);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
});

test.describe("a preparation that was cut", () => {
  // A worker of the browser would stand between the page and what is done to its requests.
  test.use({ serviceWorkers: "block" });

  test("goes on where it stopped", async ({ page, huella, silence }) => {
    silence.allow(/ERR_|Failed to load resource|Service Worker registration blocked/);
    await begin(page, huella, "terreno");
    await known(page, "Cortada");
    // One owner on a page, and the second page is lost on its way.
    const cursors: (string | null)[] = [];
    let isCut = true;
    await page.route(BOOKINGS, (route) => route.abort("connectionreset"));
    await page.route(PAGES, async (route) => {
      const after = new URL(route.request().url()).searchParams.get("after");
      cursors.push(after);
      if (after && isCut) return route.abort("connectionreset");
      const answer = await route.fetch();
      const whole = await answer.json();
      const from = after ? whole.owners.findIndex((one: { id: string }) => one.id > after) : 0;
      const half = Math.ceil(whole.owners.length / 2);
      if (after || half === whole.owners.length) return route.fulfill({ json: whole });
      const owners = whole.owners.slice(from, half);
      const lines = whole.lines.slice(from, half);
      return route.fulfill({ json: { ...whole, owners, lines, next: owners.at(-1).id } });
    });
    await known(page, "Otra");
    await page.getByRole("button", { name: "Preparar este operativo" }).tap();
    await expect(page.getByText(/^Preparación a medias: [\d.]+ de [\d.]+ fichas$/)).toBeVisible();
    await expect(page.getByText("Se cortó la conexión")).toBeVisible();
    await expectAccessible(page);
    await shot(page, "field-pack-half");
    isCut = false;
    const before = cursors.length;
    const goOn = page.getByRole("button", { name: "Seguir preparando" });
    await goOn.tap();
    // All cards are here, but neither the bookings nor, in this browser, the app itself.
    await expect(page.getByText(UNREADY)).toBeVisible();
    await expect(page.getByText("Faltan las reservas")).toBeVisible();
    await expect(page.getByText("Falta la aplicación")).toBeVisible();
    expect(cursors[before]).toBe(cursors[before - 1]);
    expect(cursors[before]).not.toBeNull();
    await page.unroute(BOOKINGS);
    await goOn.tap();
    await expect(page.getByText(/^Falta la aplicación(?!.*Faltan las reservas)/)).toBeVisible();
  });
});

test("what was taken along is found after the phone has closed its store", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const guest = await known(page, "Cerrada");
  await prepare(page);
  // As an iPhone does while the app lies in the background: it tells nobody.
  await page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    let isOpen = true;
    function closed(this: IDBDatabase, stores: string | string[], mode?: IDBTransactionMode) {
      if (isOpen && this.name === "huella-pack") {
        isOpen = false;
        this.close();
      }
      return transaction.call(this, stores, mode);
    }
    Object.assign(IDBDatabase.prototype, { transaction: closed });
  });
  expect(await toppedUp(page)).toContain(guest.chip);
});

test("who was erased is not found on a prepared phone any more", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  const gone = await known(page, "Ida");
  const stays = await known(page, "Queda");
  await prepare(page);
  const { id } = await ownerOf(page, gone.chip);
  expect(await toppedUp(page)).toContain(gone.chip);
  await huella.stop();
  await huella.command("erase", "owner", id, "--ground", "Lo pidió");
  await huella.serve();
  await expect.poll(() => toppedUp(page)).not.toContain(gone.chip);
  expect(await toppedUp(page)).toContain(stays.chip);
});

test("what was taken along is encrypted where it lies", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const guest = await known(page, "Secreta");
  await prepare(page);
  const all = await stored(page);
  expect(all.length).toBeGreaterThan(1_000);
  expect(all).not.toContain("EXTRACTABLE");
  // Names of parts with their quotes: four letters alone come up by chance in what is encrypted.
  const parts = ['"given"', '"chip"'];
  for (const clear of ["Zúñiga", "zuniga", "Secreta", guest.chip, guest.document, ...parts]) {
    expect(all).not.toContain(clear);
  }
});

test("who signs out leaves no cards to the next person", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  await known(page, "Ajena");
  await prepare(page);
  expect(await blocks(page)).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Salir" }).tap();
  await page.waitForURL((url) => !url.pathname.startsWith("/terreno"));
  expect(await blocks(page)).toBe(0);
});

test("who signs out at the plain page leaves no cards either, and loses no record", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  const guest = await known(page, "Llana");
  await prepare(page);
  await withoutServer(page, huella);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await page.getByLabel("Buscar a la persona").fill(guest.document);
  await thumb.press(/Llana/);
  await firstDoses(page);
  await keep(thumb);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  const records = await count(page, "huella", "submissions");
  expect(records).toBeGreaterThan(0);
  // The app must not send it before the person has left.
  await page.goto("about:blank");
  await huella.serve();

  await page.goto("/salir");
  expect(await blocks(page), "who only looks keeps them").toBeGreaterThan(0);
  await page.getByRole("button", { name: "Salir" }).tap();
  await expect(page.getByRole("heading", { name: "Salió de su cuenta" })).toBeVisible();
  await expect.poll(() => blocks(page)).toBe(0);
  expect(await count(page, "huella", "submissions"), "the record waits on").toBe(records);
});

test("what is over is dropped, also where no outreach is chosen", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  await known(page, "Pasada");
  await prepare(page);
  await page.getByRole("button", { name: "Cambiar de operativo" }).tap();
  await page.getByRole("heading", { name: "¿En qué operativo está?" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "¿En qué operativo está?" }).waitFor();
  expect(await blocks(page), "the day is not over").toBeGreaterThan(0);
  await page.clock.setFixedTime(Date.now() + 4 * 86_400_000);
  await page.reload();
  await expect.poll(() => blocks(page)).toBe(0);
});

test("a page of another network is a cut, and not a refusal or a full phone", async (
  { page, huella, silence },
) => {
  silence.allow(/status of 403/);
  await begin(page, huella, "terreno");
  const foreign = [
    { status: 403, contentType: "text/html", body: "<h1>Wi-Fi</h1>" },
    { status: 403, json: { refusal: { reason: "of_another_version" } } },
    { status: 200, contentType: "text/html", body: "<h1>Wi-Fi</h1>" },
    { status: 200, json: {} },
  ];
  for (const answer of foreign) {
    await page.route("**/api/v1/field/pack/**", (route) => route.fulfill(answer));
    await page.getByRole("button", { name: "Preparar este operativo" }).tap();
    await expect(page.getByText("Se cortó la conexión"), JSON.stringify(answer)).toBeVisible();
    await page.unroute("**/api/v1/field/pack/**");
    await page.reload();
  }
  await known(page, "Firme");
  await prepare(page);
  // Nor does what this version does not know drop what was taken along.
  await page.route("**/api/v1/field/pack/**", (route) => route.fulfill(foreign[1]!));
  await toppedUp(page);
  expect(await blocks(page)).toBeGreaterThan(0);
});

test("a page that was under way when the cards were dropped is not kept", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await known(page, "Tardía");
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route("**/api/v1/field/pack/**", async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest("**/api/v1/field/pack/**");
  await page.getByRole("button", { name: "Preparar este operativo" }).tap();
  await asked;
  await page.evaluate(() => {
    const { huella } = window as unknown as { huella: (...words: string[]) => Promise<unknown> };
    return huella("pack", "drop");
  });
  const answered = page.waitForResponse("**/api/v1/field/pack/**");
  release();
  await answered;
  await expect(page.getByRole("button", { name: "Preparar este operativo" })).toBeVisible();
  expect(await blocks(page)).toBe(0);
});

test("the app opens although a small script does not answer", async ({ page, huella }) => {
  await page.addInitScript(() => {
    type Ask = (script: string, ...words: string[]) => Promise<unknown>;
    let ask: Ask | undefined;
    const silent: Ask = (script, ...words) =>
      script === "pack" ? new Promise(() => {}) : ask!(script, ...words);
    Object.defineProperty(window, "huella", { get: () => ask && silent, set: (own) => (ask = own) });
  });
  await begin(page, huella, "terreno");
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
});
