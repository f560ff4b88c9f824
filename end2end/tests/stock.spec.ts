// The box that the team takes along: what is in it without signal, what is not, and what its
// numbers and lots say while a visit is recorded.
import type { Page } from "@playwright/test";
import { prepare } from "../fixtures/prepared.ts";
import { online } from "../fixtures/signal.ts";
import { besideTheBox, inBox, NO_STOCK, stockOf, type Stock } from "../fixtures/stock.ts";
import { draftHolds, heldRecords } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb, withoutServer,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

/** The first chip of the demonstration, which an animal carries. */
const KNOWN = "999000000100001";
const WITHOUT_MAIL = { typed: "", meant: "" };
const OUTSIDE = "Este número no es de la caja";
/** Received, implanted, lost, in the box. */
const FIGURES = 4;
const GONE = "Este número ya salió de la caja";
const STOCK = /\/api\/v1\/outreaches\/[^/]+\/stock/;

/** A chip as people read it, whatever the spaces between its groups are. */
const grouped = (chip: string) =>
  new RegExp([chip.slice(0, 3), chip.slice(3, 7), chip.slice(7, 11), chip.slice(11)].join("\\s"));

/** To where a new dog's chip is asked for. */
async function toTheChip(page: Page, name: string): Promise<Thumb> {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, name);
  await expect(page.locator("#chip")).toBeFocused();
  return thumb;
}

/** Opens the page of the box from the start of the day. */
async function openBox(page: Page) {
  await page.goto("/terreno");
  await page.getByRole("link", { name: /^La caja: / }).tap();
  await expect(page.getByRole("heading", { level: 1, name: "La caja" })).toBeVisible();
  await expect(page.locator(".tally dd")).toHaveCount(FIGURES);
}

/** Received, implanted, lost, in the box: as the page says. */
async function balance(page: Page): Promise<number[]> {
  const figures = await page.locator(".tally dd").allTextContents();
  return figures.map((figure) => Number(figure.replaceAll(".", "")));
}

async function expectBalance(page: Page, [received, implanted, lost, left]: number[]) {
  await expect.poll(() => balance(page)).toEqual([received, implanted, lost, left]);
}

/** Says that a chip is not in the box any more. */
async function writeOff(page: Page, number: string, how: string) {
  await page.locator("#loss_number").fill(number);
  await page.getByText(how, { exact: true }).tap();
  await page.getByRole("button", { name: "Registrar que ya no está" }).tap();
  await expect(page.getByRole("heading", { name: "Registros de este teléfono" })).toBeVisible();
}

test("the box is right without signal, and the same once everything was sent", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  await prepare(page);
  const stock = await stockOf(page);
  const [used, lost] = inBox(stock);
  const { outside, meant } = besideTheBox(stock);
  await openBox(page);
  const [received, implanted, gone, left] = await balance(page) as [number, number, number, number];
  expect(received - implanted - gone).toBe(left);
  expect(inBox(stock).length).toBe(left);
  await page.goto("/terreno");
  await withoutServer(page, huella);

  // A chip of the box says nothing; the one of the neighbouring syringe does, and stops nobody.
  let thumb = await toTheChip(page, "Dentro");
  await readChip(thumb, used!);
  await expect(page.getByText(OUTSIDE)).toHaveCount(0);
  await keep(thumb);
  thumb = await toTheChip(page, "Vecina");
  await thumb.type(outside);
  const notice = page.locator(".notice").filter({ hasText: OUTSIDE });
  await expect(notice).toContainText("la etiqueta de la jeringa de al lado");
  await expect(notice).toContainText(grouped(meant));
  await expect(page.locator("#chip_repeated")).toBeFocused();
  await expectAccessible(page);
  await shot(page, "field-box-outside");
  await notice.getByRole("button", { name: "Leer de nuevo" }).tap();
  await expect(page.locator("#chip")).toBeFocused();
  await expect(page.locator("#chip")).toHaveValue("");
  await expect(notice).toHaveCount(0);
  await readChip(thumb, outside);
  await expect(notice).toBeVisible();
  await keep(thumb);

  // One is lost; the form says first what is missing.
  await openBox(page);
  await expectBalance(page, [received, implanted + 1, gone, left - 1]);
  await page.getByRole("button", { name: "Registrar que ya no está" }).tap();
  await expect(page.getByText("Falta el número, o decir qué pasó.")).toBeVisible();
  await writeOff(page, lost!, "Perdido");
  const row = page.getByRole("link", { name: /^Fuera de la caja: / });
  await expect(row).toContainText(grouped(lost!));
  await expect(row).toContainText("Perdido · Por enviar");

  const after = [received, implanted + 1, gone + 1, left - 2];
  await openBox(page);
  await expectBalance(page, after);
  const odd = page.locator(".notice").filter({ hasText: /no calzan? con la caja/ });
  await expect(odd).toContainText(outside);
  const count = page.getByLabel("¿Cuántos microchips hay en la caja?");
  await count.fill(String(left - 2));
  await expect(page.getByText("Cuadra: están todos")).toBeVisible();
  await count.fill(String(left - 3));
  await expect(page.getByText(/^Falta 1: búsquelo/)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-box");

  await huella.serve();
  await online(page);
  await expect(page.getByText("Todo enviado")).toBeVisible({ timeout: 60_000 });
  await openBox(page);
  await expectBalance(page, after);
  await expect.poll(async () => (await stockOf(page)).lost).toContain(lost);
  const told = await stockOf(page);
  expect(told.implanted).toContain(used);
  expect(inBox(told).length).toBe(left - 2);
  await page.reload();
  await expectBalance(page, after);
  await expect(odd).toContainText(outside);

  // What was lost and is read after all is told, and can be put in.
  await page.goto("/terreno");
  thumb = await toTheChip(page, "Hallada");
  await thumb.type(lost!);
  await expect(page.getByText(GONE)).toBeVisible();
});

test("a loss that is refused is corrected as any record", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const [free, other] = inBox(await stockOf(page));
  await openBox(page);
  await writeOff(page, KNOWN, "Dañado");
  const row = page.getByRole("link", { name: /^Fuera de la caja: / });
  await expect(row).toContainText("No aceptado: revíselo");
  await row.tap();
  await expect(page.getByRole("alert")).toContainText("figura implantado");
  await expectAccessible(page);
  await shot(page, "field-box-refused");

  // A correction that was left is no part of the next loss, nor what is typed of that of it.
  const number = page.locator("#loss_number");
  await expect(number).toHaveValue(KNOWN);
  await number.fill(free!);
  await draftHolds(page, free!);
  const record = page.url();
  await openBox(page);
  await expect(number).toHaveValue("");
  await number.fill(other!);
  await draftHolds(page, other!);
  await page.goto(record);
  await expect(number).toHaveValue(free!);
  await page.getByRole("button", { name: "Registrar que ya no está" }).tap();
  await expect(row.filter({ hasText: grouped(free!) })).toContainText("Enviado");
  await expect(row.filter({ hasText: "No aceptado" })).toHaveCount(0);
  await openBox(page);
  await expect(number).toHaveValue(other!);
  await writeOff(page, other!, "Perdido");
  await expect(row.filter({ hasText: grouped(other!) })).toContainText("Enviado");
  await expect(row.filter({ hasText: grouped(free!) })).toContainText("Enviado");
  const { lost } = await stockOf(page);
  expect([lost.includes(free!), lost.includes(other!)]).toEqual([true, true]);
});

test("the lots of the box are offered, the earliest first, and another can be typed", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_FAILED/);
  await page.route(STOCK, async (route) => {
    const stock = await (await route.fetch()).json() as Stock;
    const lot = (id: string, batch: string, expires_on: string) => ({
      lot: { id, product: "Tabletas", kind: "internal", lot: batch, expires_on, doses: 12 },
      given: 2,
      lost: 0,
    });
    const [late, later, old] = [
      lot("01981f6e-0000-7000-8000-000000000001", "L-1", "2031-05-31"),
      lot("01981f6e-0000-7000-8000-000000000002", "L-2", "2032-05-31"),
      lot("01981f6e-0000-7000-8000-000000000003", "L-0", "2020-01-31"),
    ];
    await route.fulfill({ json: { ...stock, lots: [old, late, later] } });
  });
  await begin(page, huella, "terreno");
  await expect(page.getByRole("link", { name: /^La caja: / })).toBeVisible();
  const thumb = await toTheChip(page, "Dosis");
  await page.getByText("Desparasitación interna").tap();
  const tiles = page.getByRole("group", { name: "Lotes de la caja" }).getByRole("button");
  const expected = [/lote L-1, .*quedan 10 dosis$/, /lote L-2/, /lote L-0.*vencido$/];
  await expect(tiles).toHaveText(expected);
  await expectAccessible(page);
  await shot(page, "field-box-lots");

  // Who takes one that is past its day is told at once.
  const objection = page.locator(".state").filter({ hasText: "El lote está vencido" });
  await expect(objection).toHaveCount(0);
  await thumb.tap(tiles.nth(2));
  await expect(objection).toBeVisible();
  await thumb.tap(tiles.first());
  await expect(objection).toHaveCount(0);
  await expect(tiles.first()).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("#product")).toHaveValue("Tabletas");
  await expect(page.locator("#batch")).toHaveValue("L-1");
  await expect(page.locator("#expiry")).toHaveValue("31/05/2031");
  await page.locator("#batch").fill("Z9");
  await expect(tiles.first()).toHaveAttribute("aria-pressed", "false");
  await thumb.tap(tiles.first());
  await page.locator("#chip").focus();
  await readChip(thumb, chip());
  await keep(thumb);

  // The server is not asked again: what the phone has given is its own to count.
  await page.unroute(STOCK);
  await page.route(STOCK, (route) => route.abort());
  await openBox(page);
  await expect(page.getByText(/^Tabletas, lote L-1, .*quedan 9 dosis$/)).toBeVisible();
});

test("a phone to which nothing is allotted is as before", async ({ page, huella }) => {
  await page.route(STOCK, (route) => route.fulfill({ json: NO_STOCK }));
  const told = page.waitForResponse(STOCK);
  await begin(page, huella, "terreno");
  await told;
  await expect(page.getByText(/La caja/)).toHaveCount(0);
  const thumb = await toTheChip(page, "Libre");
  await readChip(thumb, chip());
  await expect(page.getByText(OUTSIDE)).toHaveCount(0);
  await page.getByText("Desparasitación interna").tap();
  await expect(page.getByText("Lotes de la caja")).toHaveCount(0);
});

test("what is lost while the correction of another lies half-left is a loss of its own", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const [right, other] = inBox(await stockOf(page));
  await openBox(page);
  await writeOff(page, KNOWN, "Dañado");
  const row = page.getByRole("link", { name: /^Fuera de la caja: / });
  const rowOf = (number: string) => row.filter({ hasText: grouped(number) });
  await expect(row).toContainText("No aceptado: revíselo");
  await row.tap();
  await expect(page.getByRole("alert")).toContainText("figura implantado");
  const record = page.url();
  const number = page.locator("#loss_number");
  await expect(number).toHaveValue(KNOWN);
  await number.fill(right!);
  await draftHolds(page, right!);

  await openBox(page);
  await writeOff(page, other!, "Perdido");
  await expect(rowOf(other!)).toContainText("Perdido · Enviado");
  await expect(rowOf(KNOWN)).toContainText("No aceptado");

  await page.goto(record);
  await expect(number).toHaveValue(right!);
  await page.getByRole("button", { name: "Registrar que ya no está" }).tap();
  await expect(rowOf(right!)).toContainText("Dañado · Enviado");
  const mended = (await heldRecords(page)).slice(-2).map(({ head }) => head.replaces);
  expect(mended, "the loss of its own, then the correction").toEqual(
    [null, record.split("/").at(-1)],
  );
  await expect.poll(async () => (await stockOf(page)).lost)
    .toEqual(expect.arrayContaining([right, other]));
});
