// The field app on the real server: a visit from the search to the kept record, with and without
// the server, the queue after a reload, and the taps of goal P6.
import { expect, expectAccessible, shot, test } from "../../fixtures/test.ts";
import {
  begin, chip, firstDoses, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb, usualDoses,
} from "../../fixtures/visit.ts";

test.use({ data: "demonstration" });

/** Taps of goal P6: a known animal, a new owner with a new animal. */
const KNOWN_ANIMAL_TAPS = 12;
const NEW_OWNER_TAPS = 22;

test("a new owner's dog is registered, kept and sent @critical", async ({ page, huella }) => {
  await begin(page, huella);
  await expectAccessible(page);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await expectAccessible(page);
  await newOwner(thumb, run());
  await newAnimal(thumb, "Luna");
  await readChip(thumb, chip());
  await firstDoses(page);
  await expectAccessible(page);
  await shot(page, "field-services");
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(page.getByRole("img", { name: /Código QR/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-saved");
});

test("taps stay within the goal for known and new", async ({ page, huella }) => {
  await begin(page, huella);
  const first = new Thumb(page);
  const document = run();
  await newVisit(first);
  await newOwner(first, document);
  await newAnimal(first, "Cholo");
  await readChip(first, chip());
  await firstDoses(page);
  await keep(first);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();

  const second = new Thumb(page);
  await newVisit(second);
  await newOwner(second, run());
  await newAnimal(second, "Ñata");
  await readChip(second, chip());
  await usualDoses(second);
  await keep(second);
  test.info().annotations.push({ type: "P6 new owner", description: `${second.taps} taps` });
  expect(second.taps).toBeLessThanOrEqual(NEW_OWNER_TAPS);

  const third = new Thumb(page);
  await newVisit(third);
  await third.type(document);
  await third.press(/Cholo/);
  await usualDoses(third);
  await keep(third);
  test.info().annotations.push({ type: "P6 known animal", description: `${third.taps} taps` });
  expect(third.taps).toBeLessThanOrEqual(KNOWN_ANIMAL_TAPS);
});

test("what is half filled in survives a reload", async ({ page, huella }) => {
  await begin(page, huella);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.press("Persona nueva");
  await page.getByLabel("Nombres").fill("Ana");
  await page.waitForTimeout(300);
  await page.reload();
  await expect(page.getByLabel("Nombres")).toHaveValue("Ana");
});

test("a day without the server is kept and goes home by itself", async ({ page, huella, silence }) => {
  silence.allow(/ERR_CONNECTION_REFUSED|Failed to load resource/);
  await begin(page, huella);
  await huella.stop();
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run());
  await newAnimal(thumb, "Sin Señal");
  await readChip(thumb, chip());
  await firstDoses(page);
  await keep(thumb);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  await expect(page.getByText("1 en el teléfono")).toBeVisible();
  await shot(page, "field-offline");
  await huella.serve();
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 60_000 });
});

test("a taken chip waits for a person with both versions @critical", async ({ page, huella }) => {
  await begin(page, huella);
  const number = chip();
  for (const name of ["Primera", "Segunda"]) {
    const thumb = new Thumb(page);
    await newVisit(thumb);
    await newOwner(thumb, run());
    await newAnimal(thumb, name);
    await readChip(thumb, number);
    await keep(thumb);
  }
  await page.getByRole("link", { name: "Ver qué pasó" }).tap();
  await expect(page.getByText("El que ya estaba")).toBeVisible();
  await expect(page.getByRole("button", { name: "Corregir" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-conflict");
});
