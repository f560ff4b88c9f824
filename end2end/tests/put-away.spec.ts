// What the desk has put away holds nothing any more: what stood behind it goes home, by the app
// and, while the app is shut, by its worker.
import type { Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import { day } from "../fixtures/day.ts";
import type { Huella } from "../fixtures/huella.ts";
import { prepare } from "../fixtures/prepared.ts";
import { register, registration } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import type { Silence } from "../fixtures/silence.ts";
import { copied } from "../fixtures/store.ts";
import { dose, submit } from "../fixtures/submit.ts";
import { expect, test } from "../fixtures/test.ts";
import {
  begin, chip, firstDose, keep, newVisit, run, Thumb, withoutServer,
} from "../fixtures/visit.ts";
import { shut } from "../fixtures/wake.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const RECORDS = "/terreno/registros";
const CLASHES = "Hay que comparar dos registros";
const WAITS = "Espera a que se corrija otro registro";
const LOT = { kind: "internal", product: "Drontal", lot: "L-77", expires_on: day(400) };

/** A known person whose dog was given a dose, and has no chip. */
async function known(page: Page, name: string): Promise<string> {
  const document = run();
  const visit = { document, address: null, chip: chip(), name };
  const [owner, animal] = await registration(page, visit) as { animal: string }[];
  const commands = [owner!, animal!, dose(animal!.animal, LOT)];
  expect((await submit(page, commands)).outcome).toBe("accepted");
  return document;
}

/** To what is done to that dog, whom the phone itself knows. */
async function served(page: Page, document: string, name: string): Promise<Thumb> {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await page.getByLabel("Buscar a la persona").fill(document);
  await thumb.press(new RegExp(name));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`¿Qué se le hizo a ${name}?`);
  return thumb;
}

/**
 * Without the server the dog gets a chip that another carries, and at another visit a dose; then
 * the first is in conflict, and the second waits for it. Answers the person, and the chip.
 */
async function standing(
  { page, huella, silence }: { page: Page; huella: Huella; silence: Silence },
  name: string,
): Promise<{ document: string; taken: string }> {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  const taken = chip();
  const other = { document: run(), address: null, chip: taken, name: "Ajena" };
  expect((await register(page, other)).outcome).toBe("accepted");
  const document = await known(page, name);
  await prepare(page);
  await withoutServer(page, huella);
  let thumb = await served(page, document, name);
  await page.locator("#chip").fill(taken);
  await page.locator("#chip_repeated").fill(taken);
  await keep(thumb);
  thumb = await served(page, document, name);
  await firstDose(page, "externa");
  await keep(thumb);
  await copied(page, 2);

  await huella.serve();
  await online(page);
  await page.goto(RECORDS);
  await expect(row(page, name, CLASHES)).toHaveCount(1, { timeout: 60_000 });
  await expect(row(page, name, WAITS)).toHaveCount(1);
  return { document, taken };
}

const row = (page: Page, name: string, words: string) =>
  page.getByRole("link", { name: new RegExp(`^${name}`) }).filter({ hasText: words });

/** The coordination does not record what is in conflict over a chip. */
async function putAway(page: Page, huella: Huella, taken: string) {
  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  const read = new RegExp([...taken].join("\\s?"));
  const card = page.locator("main li.card", { hasText: read });
  await card.getByLabel("Por qué no se registra").fill("Es el chip de otro perro");
  await card.getByRole("button", { name: "No registrar" }).click();
  await expect(card).toHaveCount(0);
}

/** How much the register has of the dog. */
const services = async (page: Page, document: string) =>
  (await ownerOf(page, document)).animals.map((animal) => animal.services.length);

test("what the desk has put away frees what stood behind it", async ({ page, huella, silence }) => {
  const { document, taken } = await standing({ page, huella, silence }, "Loica");
  expect(await services(page, document), "one waits for the other").toEqual([1]);
  await putAway(page, huella, taken);
  await seat(page, huella, "terreno", RECORDS);
  await expect(row(page, "Loica", "Enviado")).toHaveCount(1, { timeout: 60_000 });
  await expect(row(page, "Loica", "No aceptado: revíselo")).toHaveCount(1);
  await expect(row(page, "Loica", WAITS)).toHaveCount(0);
  expect(await services(page, document)).toEqual([2]);
});

/** From the next page on the app's first question is answered, and what it sends then is lost. */
async function hearsAndCannotSend(page: Page) {
  await page.addInitScript(() => {
    const send = window.fetch.bind(window);
    let asked = 0;
    window.fetch = (what, ...how) => {
      const isBatch = String(what).endsWith("/api/v1/submissions");
      asked += isBatch ? 1 : 0;
      return isBatch && asked > 1 ? Promise.reject(new TypeError("lost")) : send(what, ...how);
    };
  });
}

test("the worker brings home what stood behind it while the app is shut", async (
  { page, huella, silence },
) => {
  const { document, taken } = await standing({ page, huella, silence }, "Tenca");
  await putAway(page, huella, taken);
  await hearsAndCannotSend(page);
  await seat(page, huella, "terreno", RECORDS);
  await expect(row(page, "Tenca", "No aceptado: revíselo")).toHaveCount(1, { timeout: 60_000 });
  await expect(row(page, "Tenca", "Por enviar")).toHaveCount(1);
  const wake = await shut(page);
  await wake();
  // A page of nobody's app: nothing but the worker sends.
  await page.goto("/");
  await expect.poll(() => services(page, document), { timeout: 30_000 }).toEqual([2]);
  await page.goto(RECORDS);
  await expect(row(page, "Tenca", "Enviado")).toHaveCount(1, { timeout: 60_000 });
  expect(await services(page, document), "once").toEqual([2]);
});
