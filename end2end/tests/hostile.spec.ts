// What goes wrong at the table: wrong numbers, taken chips, a server that dies in mid-answer.
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

// A worker of the browser would stand between the page and what this file does to its requests.
test.use({ data: "demonstration", serviceWorkers: "block" });
test.setTimeout(150_000);

test.beforeEach(({ silence }) => silence.allow(/Service Worker registration blocked/));

test("an impossible RUN and an impossible chip are told where they stand", async (
  { page, huella },
) => {
  await begin(page, huella);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.press("Persona nueva");
  await page.getByLabel("RUN", { exact: true }).fill("12.345.678-9");
  await page.getByLabel("Nombres").fill("Ana");
  await page.getByLabel("Apellidos").fill("Soto");
  await thumb.press("Continuar");
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("Falta revisar un dato");
  await summary.getByRole("link").first().tap();
  await expect(page.getByLabel("RUN", { exact: true })).toBeFocused();
  await expect(page.getByLabel("Nombres")).toHaveValue("Ana");
  await expectAccessible(page);
  await shot(page, "field-owner-refused");
  await page.getByLabel("RUN", { exact: true }).fill(run());
  await thumb.press("Continuar");

  await newAnimal(thumb, "Cholo");
  const first = page.locator("#chip");
  await expect(first).toBeFocused();
  // The last twelve digits are beyond 38 bits: no chip can say so.
  await thumb.type("999999999999999");
  await expect(page.locator(".scan").first()).toContainText(/no/i);
  await expect(first).toBeFocused();
  await shot(page, "field-chip-impossible");
  // The next reading takes the place of the one before.
  const number = chip();
  await thumb.type(number);
  await expect(page.locator("#chip_repeated")).toBeFocused();
  // Not the number after it, which is the sticker beside.
  await thumb.type(`${number.slice(0, 14)}${(Number(number[14]) + 5) % 10}`);
  await expect(page.locator(".scan").last()).toContainText("lea de nuevo los dos");
  await thumb.press("Revisar");
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expectAccessible(page);
});

test("a server that dies between the record and its answer keeps it once @critical", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella);
  const thumb = new Thumb(page);
  const document = run();
  await newVisit(thumb);
  await newOwner(thumb, document);
  await newAnimal(thumb, "Una Vez");
  await readChip(thumb, chip());
  let answered = 0;
  await page.route("**/api/v1/submissions", async (route) => {
    if (answered === 0) {
      answered = (await route.fetch()).status();
      await huella.kill();
    }
    await route.abort();
  });
  await keep(thumb);
  await expect.poll(() => answered, { timeout: 20_000 }).toBe(200);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  await page.unroute("**/api/v1/submissions");
  await huella.serve();
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 90_000 });
  const found = await page.evaluate(async (text) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ text });
    return (await fetch("/api/v1/field/search", { method: "POST", headers, body })).json();
  }, document);
  expect(found.owners).toHaveLength(1);
  expect(found.owners[0].animals).toHaveLength(1);
  expect(found.owners[0].animals[0].services).toHaveLength(1);
});

test("a taken chip is shown masked before it is saved and waits for a person after", async (
  { page, huella },
) => {
  await begin(page, huella);
  const number = chip();
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run());
  await newAnimal(thumb, "Primera");
  await readChip(thumb, number);
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await newVisit(thumb);
  await newOwner(thumb, run());
  await newAnimal(thumb, "Segunda");
  await readChip(thumb, number);
  await expect(page.getByText("Este microchip ya está en otro animal")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-chip-taken");
  await keep(thumb);
  await expect(page.getByText(/Hay que comparar dos registros/)).toBeVisible();
  await expect(page.getByText("va en camino")).toHaveCount(0);
  await page.getByRole("link", { name: "Ver qué pasó" }).tap();
  await page.getByRole("button", { name: "Corregir", exact: true }).tap();
  // It opens where the fault is: at the chip of that animal.
  await expect(page.locator("#chip")).toHaveValue(number);
  await page.locator("#chip").fill(chip());
});
