// The stock at the desk: received, allotted, counted, taken back; what is odd is named.
import type { Locator, Page } from "@playwright/test";
import { apart } from "../fixtures/apart.ts";
import { written } from "../fixtures/day.ts";
import { register } from "../fixtures/register.ts";
import { seat, sit } from "../fixtures/seat.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { run } from "../fixtures/visit.ts";

test.setTimeout(180_000);
/** Chromium tells of every form that was refused. */
test.beforeEach(({ silence }) => silence.allow(/status of 422/));

const STOCK = "/coordinacion/existencias";
const COMMON = "Común del operativo";
/** The last day of use that a lot has in truth: of no lot before. */
const RIGHT_DAY = "2098-12-31";
/** The first number of a delivery that no other test knows. */
const FIRST = 999_200_000_004_000;

/** The number so many after the first. */
function number(more: number): string {
  return String(FIRST + more);
}

/** As people read it. */
function grouped(chip: string): string {
  return [chip.slice(0, 3), chip.slice(3, 7), chip.slice(7, 11), chip.slice(11)].join(" ");
}

function row(page: Page, words: string | RegExp): Locator {
  return page.locator("tbody tr", { hasText: words });
}

/** Fills in the form of a delivery and sends it. */
async function receive(page: Page, first: string, last: string) {
  await page.goto(STOCK);
  await page.getByRole("link", { name: "Recibir microchips" }).click();
  await page.getByLabel("Primer microchip").fill(first);
  await page.getByLabel("Último microchip").fill(last);
  await page.getByLabel("Proveedor").fill("Proveedor Ñandú");
  await page.getByRole("button", { name: "Revisar" }).click();
}

/** Allots a range to the outreach whose box is open; the common one, not a phone's. */
async function allot(page: Page, first: string, last: string) {
  await page.getByRole("link", { name: "Entregar microchips" }).click();
  await page.getByLabel("Primer microchip").fill(first);
  await page.getByLabel("Último microchip").fill(last);
  await page.getByRole("button", { name: "Revisar" }).click();
}

async function save(page: Page) {
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByText("Quedó anotado.")).toBeVisible();
}

/** The figures of a part of the box: received, implanted, written off, left. */
async function figures(page: Page, part: string): Promise<string[]> {
  // They are read once: the table has to be there whole.
  await page.waitForLoadState();
  return row(page, part).first().locator("td[data-align=end]").allTextContents();
}

apart("chips are received, allotted, counted and taken back @critical", async (
  { page, own },
) => {
  await sit(page, own, "coordinacion", "/coordinacion");
  // From a page that has come to life, the way to one that is served whole.
  await page.getByRole("link", { name: "Existencias" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Existencias");
  await expect(page.getByRole("link", { name: "Existencias" })).toHaveAttribute(
    "aria-current",
    "page",
  );
  await expectAccessible(page);
  await shot(page, "stock");

  await receive(page, number(0), number(49));
  await expect(page.locator("main")).toContainText("Son 50 microchips");
  await expect(page.locator("main")).toContainText(grouped(number(49)));
  await expectAccessible(page);
  await shot(page, "stock-review");
  await save(page);
  // A copied number is the plain one.
  await expect(row(page, "Proveedor Ñandú")).toContainText(number(0));

  // What is read back and is not right is corrected with all that was typed.
  await receive(page, number(50), number(49 + 50));
  await page.getByRole("button", { name: "Corregir" }).click();
  await expect(page.getByLabel("Primer microchip")).toHaveValue(number(50));
  await expect(page.getByLabel("Proveedor")).toHaveValue("Proveedor Ñandú");

  await receive(page, number(49), number(60));
  await expect(page.getByRole("alert")).toContainText("Parte de esos números ya figura recibida");
  await expect(page.getByLabel("Primer microchip")).toHaveValue(number(49));
  await expect(page.getByLabel("Proveedor")).toHaveValue("Proveedor Ñandú");
  await expectAccessible(page);
  await receive(page, number(70), number(61));
  await expect(page.getByRole("alert")).toContainText("Viene antes del primero");

  await page.goto(STOCK);
  await page.getByRole("link", { name: /Operativo de hoy/ }).click();
  const box = new URL(page.url()).pathname;
  expect(await figures(page, COMMON)).toEqual(["60", "0", "0", "60"]);
  await expectAccessible(page);
  await shot(page, "stock-box");
  await allot(page, number(0), number(9));
  await expect(page.locator("main")).toContainText("Son 10 microchips");
  await save(page);
  expect(await figures(page, COMMON)).toEqual(["70", "0", "0", "70"]);
  await allot(page, number(9), number(12));
  await expect(page.getByRole("alert")).toContainText("No todo eso está libre");

  // The sticker of the neighbouring syringe, of which the outreach has none.
  await seat(page, own, "terreno", "/terreno");
  const wanted = { document: run(), address: null, chip: number(10), name: "Vecina" };
  expect((await register(page, wanted)).outcome).toBe("accepted");
  await sit(page, own, "coordinacion", box);
  const odd = page.locator(".notice", { hasText: "Números que no calzan" });
  await expect(odd).toContainText(number(10));
  await expect(odd).toContainText("etiqueta vecina");
  await expect(odd).toContainText(grouped(number(9)));
  await expectAccessible(page);
  await shot(page, "stock-odd");

  await page.getByRole("link", { name: "Contar la caja" }).click();
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("alert")).toContainText("Falta este dato");
  await page.getByLabel("Microchips en la caja").fill("88");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("alert")).toContainText("Contó 88: faltan 2");
  await expectAccessible(page);

  // Doses are counted box by box; what differs is explained before it is noted.
  await page.getByRole("link", { name: "Contar las dosis" }).click();
  const held = page.getByLabel("Caja y lote");
  const lot = held.locator("option", { hasText: /^Común del operativo: Praziquantel/ });
  await held.selectOption(await lot.getAttribute("value"));
  await page.getByLabel("Dosis en la caja").fill("1");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("heading", { name: /^Contó 1: faltan / })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "stock-count");
  await page.getByRole("button", { name: "Corregir" }).click();
  await expect(page.getByLabel("Dosis en la caja")).toHaveValue("1");
  await page.getByRole("button", { name: "Guardar" }).click();
  await page.getByLabel("Qué pasó").selectOption(
    { label: "Volvieron a la oficina y no se anotó" },
  );
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("alert")).toContainText("Contó 1: faltan");
  const doses = row(page, "Praziquantel").first().locator("td[data-align=end]");
  await expect(doses.last()).toHaveText("1");

  await page.getByRole("link", { name: "Devolver lo que queda" }).click();
  await save(page);
  expect(await figures(page, COMMON)).toEqual(["0", "0", "0", "0"]);
  await page.goto(STOCK);
  await expect(row(page, "Proveedor Ñandú").locator("td[data-align=end]")).toHaveText(
    ["50", "1", "0", "49"],
  );
});

apart("a storeroom without a script receives doses and writes off what broke", async (
  { page, own, browser },
) => {
  await sit(page, own, "coordinacion", "/cuenta");
  const context = await browser.newContext({
    baseURL: own.origin,
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  });
  await context.addCookies(await page.context().cookies());
  const plain = await context.newPage();
  await plain.goto(STOCK);
  await plain.getByRole("link", { name: "Recibir un producto" }).click();
  await plain.getByLabel("Producto").fill("Antiparasitario Ñ");
  await plain.getByLabel("Lote").fill("Ñ-77");
  await plain.getByRole("button", { name: "Guardar" }).click();
  await expect(plain.getByRole("alert")).toBeVisible();
  await expect(plain.getByLabel("Producto")).toHaveValue("Antiparasitario Ñ");
  await plain.getByLabel("Vencimiento").fill("2020-01-31");
  await plain.getByLabel("Cuántas dosis").fill("30");
  await plain.getByRole("button", { name: "Guardar" }).click();
  await expect(row(plain, "Antiparasitario Ñ")).toContainText("vencido");
  await expect(plain.locator("tbody tr", { hasText: "Praziquantel" }).first()).toBeVisible();

  await plain.getByRole("link", { name: "Baja de dosis" }).click();
  const lot = plain.getByLabel("Lote");
  const broken = await lot.locator("option", { hasText: "Ñ-77" }).getAttribute("value");
  await lot.selectOption(broken);
  await plain.getByLabel("Cuántas dosis").fill("30");
  await plain.getByLabel("Qué pasó").selectOption({ label: "Dañado" });
  await plain.getByRole("button", { name: "Guardar" }).click();
  await expect(plain.getByText("Quedó anotado.")).toBeVisible();
  await expect(row(plain, "Antiparasitario Ñ").locator("td[data-align=end]")).toHaveText(
    ["30", "0", "30", "0", "0"],
  );

  await plain.getByRole("link", { name: "Baja de un microchip" }).click();
  await plain.getByLabel("Microchip").fill("999000000500999");
  await plain.getByLabel("Qué pasó").selectOption({ label: "Perdido" });
  await plain.getByRole("button", { name: "Guardar" }).click();
  await expect(plain.getByText("Quedó anotado.")).toBeVisible();
  const delivery = row(plain, "Proveedor de microchips (demostración)");
  await expect(delivery.locator("td[data-align=end]")).toHaveText(["1.000", "0", "1", "999"]);
  await context.close();
});

apart("a lot that was received wrong is put right with its reason", async ({ page, own }) => {
  await sit(page, own, "coordinacion", STOCK);
  await page.getByRole("link", { name: "Corregir un lote" }).click();
  const lot = page.locator("#lot");
  const option = lot.locator("option", { hasText: "Praziquantel" }).first();
  const id = (await option.getAttribute("value"))!;
  await lot.selectOption(id);
  const expiry = page.locator("#expiry");
  await expiry.fill(RIGHT_DAY);
  await page.getByRole("button", { name: "Guardar" }).click();
  const faults = page.getByRole("alert");
  await expect(faults).toContainText("Falta este dato: motivo.");
  const reason = page.locator("#reason");
  await expect(reason).toHaveAttribute("aria-invalid", "true");
  await expect(lot).toHaveValue(id);
  await expect(expiry).toHaveValue(RIGHT_DAY);
  await expectAccessible(page);
  await shot(page, "stock-lot-refused");

  await reason.fill("El año estaba mal escrito");
  await save(page);
  await expect(row(page, "Praziquantel").filter({ hasText: written(RIGHT_DAY) })).toHaveCount(1);
  await expectAccessible(page);
  await page.locator("summary", { hasText: "Historia" }).click();
  const told = page.locator(".chronicle > li");
  await expect(told).toHaveCount(1);
  for (const words of ["Praziquantel", "El año estaba mal escrito", "Vence el", "Antes: "]) {
    await expect(told).toContainText(words);
  }
  await expect(told).toContainText(`Después: ${written(RIGHT_DAY)}`);
  await expectAccessible(page);
  await shot(page, "stock-lot-history");
  // It is chosen by its new day from now on, and nothing of the last correction is left.
  await page.getByRole("link", { name: "Corregir un lote" }).click();
  await expect(lot.locator(`option[value="${id}"]`)).toContainText(written(RIGHT_DAY));
  for (const field of [expiry, reason]) await expect(field).toHaveValue("");
});

apart("an auditor reads the stock and changes nothing", async ({ page, own }) => {
  await sit(page, own, "auditoria", STOCK);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Existencias");
  await expect(page.getByRole("link", { name: "Recibir microchips" })).toHaveCount(0);
  await page.getByRole("link", { name: /Operativo de hoy/ }).click();
  await expect(page.getByRole("link", { name: "Contar la caja" })).toHaveCount(0);
  const refused = await page.request.get(`${STOCK}/oficina/recibir`, { maxRedirects: 0 });
  expect(refused.status()).toBe(403);
});
