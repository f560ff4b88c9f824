// At the table: people who are known already and what is missing of their animals, two animals,
// more than a visit holds, no e-mail, no chip; and the way in for who has nothing but the slip.
import type { Page } from "@playwright/test";
import { signIn } from "../fixtures/account.ts";
import { ownerOf } from "../fixtures/coordinator.ts";
import type { Huella } from "../fixtures/huella.ts";
import { pdfQrCodes, pdfText } from "../fixtures/pdf.ts";
import { COMPLETE, register } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { changeDraft, draftHolds } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, firstDoses, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb, usualDoses,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(150_000);

const WITHOUT_MAIL = { typed: "", meant: "" };

/** The first visit of somebody without e-mail, with a dog that gets a chip and both doses. */
async function firstVisit(page: Page, huella: Huella, document: string) {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, document, WITHOUT_MAIL);
  await newAnimal(thumb, "Sombra");
  await readChip(thumb, chip());
  await firstDoses(page);
  await keep(thumb);
  return thumb;
}

test("who has no e-mail comes in with the code of the slip", async ({ page, huella }) => {
  await firstVisit(page, huella, run());
  await expect(page.getByText("Sin correo: entregue el papel")).toBeVisible();
  const code = await page.getByText(/Código para consultar/).locator("strong").innerText();
  expect(code).toMatch(/^[A-Z2-7]{10}$/);
  await expectAccessible(page);
  await shot(page, "field-saved-slip");

  const slip = page.getByRole("link", { name: "Abrir el papel con el código (PDF)" });
  const paper = await page.request.get((await slip.getAttribute("href"))!);
  const [text] = await pdfText(await paper.body());
  expect(text!.replaceAll(/\s/g, "")).toContain(code);
  expect(text).toContain("Sombra");
  expect((await pdfQrCodes(await paper.body()))[0]).toMatch(/^HTTP.*\/V\/[A-Z2-7]+$/);

  await page.context().clearCookies();
  await page.goto("/certificados");
  await page.getByLabel("Código del papel").fill(code.toLowerCase());
  await page.getByRole("button", { name: "Ver mis animales" }).click();
  await expect(page.getByRole("heading", { name: "Sombra" })).toBeVisible();
  await expectAccessible(page);
});

test("what a known person says anew waits for the coordination", async ({ page, huella }) => {
  const document = run();
  await firstVisit(page, huella, document);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();

  const again = new Thumb(page);
  await newVisit(again);
  await again.type(document);
  await again.press(/Sombra/);
  await usualDoses(again);
  // Going back to the animals and choosing the same one loses nothing.
  await page.locator("#weight").fill("7,5");
  await again.press("Volver");
  await again.press(/Sombra/);
  await expect(page.locator("#weight")).toHaveValue("7,5");
  await again.press("Revisar");
  await again.press("Datos de la persona");
  await expect(page.getByLabel("Nombres")).toHaveValue("María José");
  await expectAccessible(page);
  await shot(page, "field-amend");
  await page.getByLabel("Correo electrónico").fill("nueva@example.cl.invalid");
  await again.press("Continuar");
  await expect(page.getByText("Coordinación confirmará los datos nuevos")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-amended");
  await again.press("Guardar atención");
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();

  // The list of records is no dead end.
  await page.goto("/terreno/registros");
  await expect(page.locator(".rows li")).toHaveCount(2);
  await page.getByRole("link", { name: "Volver al inicio" }).tap();
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();

  await page.context().clearCookies();
  await signIn(page, huella, "coordinacion", "/coordinacion");
  await page.goto("/coordinacion/tareas");
  await expect(page.locator("main")).toContainText("nueva@example.cl.invalid");
  await expectAccessible(page);
  await shot(page, "coordination-task-proposal");
});

test("two animals of one person make one mail", async ({ page, huella, mail }) => {
  const address = `dos-${Date.now()}@example.cl.invalid`;
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: address, meant: address });
  await newAnimal(thumb, "Uno");
  await readChip(thumb, chip());
  await firstDoses(page);
  await thumb.press("Revisar");
  await thumb.press("Otro animal de la misma persona");
  await newAnimal(thumb, "Dos");
  // A chip that somebody else put in is verified; the reader ends its number with a Tab.
  await thumb.press("Ya tenía microchip");
  const found = chip();
  await expect(page.locator("#chip")).toBeFocused();
  await thumb.type(found, "Tab");
  await expect(page.locator("#chip_repeated")).toBeFocused();
  await thumb.type(found, "Tab");
  await expect(page.getByText("Coinciden")).toBeVisible();
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  const letter = await mail.arrived(address);
  const kinds = letter.attachments?.map((one) => one.contentType);
  expect(kinds).toEqual(["application/pdf", "application/pdf"]);
  expect(letter.subject).toContain("Uno y Dos");
  expect(letter.text).toContain("comprobante de microchip (verificación)");
  expect(await mail.of(address)).toHaveLength(1);
});

test("what the RNM lacks of a known animal is said at the table", async ({ page, huella }) => {
  await begin(page, huella);
  const number = chip();
  const looks = { ...COMPLETE, breed: null, keeping_reason: null };
  const visit = { document: run(), address: null, chip: number, name: "Trece", looks };
  expect((await register(page, visit)).outcome).toBe("accepted");

  // It is somebody else's record, which they cannot correct; what is missing they can say.
  await seat(page, huella, "terreno", "/terreno");
  await expect(page.getByText("Terreno (demostración)")).toBeVisible();
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(number);
  await expect(page.locator(".owner-card")).toBeVisible();
  await expect(page.getByRole("link", { name: /corregir$/ })).toHaveCount(0);
  await thumb.press(/Trece/);
  const lacking = page.getByText(/^Faltan? \d datos? para el Registro Nacional$/);
  await expect(lacking).toHaveText("Faltan 2 datos para el Registro Nacional");
  await expectAccessible(page);
  await shot(page, "field-lacking");
  await thumb.press("Completar los datos del animal");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("¿Qué más se sabe de Trece?");
  for (const known of ["#pet_name", "#pattern", "#acquisition"]) {
    await expect(page.locator(known), `${known} is known`).toHaveCount(0);
  }
  const cameOn = page.getByLabel("¿Qué día llegó a su hogar?");
  await cameOn.fill("2199-03-05");
  await thumb.press("Continuar");
  await expect(cameOn).toBeFocused();
  await expect(page.locator("#date-error")).toContainText("Ese momento todavía no llega.");
  await cameOn.fill("2024-03-05");
  await thumb.press("Mestizo");
  await expectAccessible(page);
  await shot(page, "field-completing");
  await thumb.press("Continuar");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("¿Qué se le hizo a Trece?");
  await expect(lacking).toHaveText("Falta 1 dato para el Registro Nacional");
  // As it is looked over at the end, the rest is said.
  await firstDoses(page);
  await thumb.press("Revisar");
  await expect(page.getByText("Se completaron sus datos")).toBeVisible();
  await thumb.press("Completar los datos del animal");
  await expect(cameOn).toHaveValue("2024-03-05");
  await thumb.tap(page.locator("#keeping_reason"));
  await thumb.press("Continuar");
  await expect(lacking).toHaveCount(0);
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  const [animal] = (await ownerOf(page, number)).animals;
  const said = { breed: "mestizo", keeping_reason: "companion", acquired_on: "2024-03-05" };
  expect(animal!.details).toMatchObject({ name: "Trece", ...said });
});

test("a visit that is full goes on in another one of the same person", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, "Uno");
  const number = chip();
  await readChip(thumb, number);
  await firstDoses(page);
  await thumb.press("Revisar");
  await expect(page.getByRole("button", { name: "Otro animal de la misma persona" })).toBeVisible();
  await draftHolds(page, '"step":"summary"');
  // As many more animals as a visit holds, and one besides for which a place was booked.
  await changeDraft(page, (draft) => {
    const like = (name: string, chipped: boolean) => {
      const read = chip();
      const { animal } = draft;
      const before = chipped ? { ...animal.services.chip!, first: read, second: read } : null;
      const services = { ...animal.services, chip: before };
      const id = crypto.randomUUID();
      return { ...animal, id, form: { ...animal.form, name }, services };
    };
    for (const name of ["Dos", "Tres", "Cuatro"]) draft.done.push(like(name, true));
    draft.booked.push(like("Cinco", false));
  });
  await page.reload();
  await expect(page.getByText(/^Caben más animales en otra atención/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Otro animal/ })).toHaveCount(0);
  await expect(page.locator("main .card-title")).toHaveText(["Dos", "Tres", "Cuatro", "Uno"]);
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  const rest = page.getByRole("link", { name: "Seguir la atención · Cinco" });
  await expect(rest).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-saved-rest");
  await thumb.tap(rest);
  await expect(page.getByLabel("Nombres")).toHaveValue("María José");
  await thumb.press("Continuar");
  await expect(page.getByLabel("Nombre del animal")).toHaveValue("Cinco");
  await thumb.press("Continuar");
  await readChip(thumb, chip());
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Siguiente persona" })).toBeVisible();
  const { animals } = await ownerOf(page, number);
  const names = animals.map(({ details }) => (details as { name: string }).name).sort();
  expect(names).toEqual(["Cinco", "Cuatro", "Dos", "Tres", "Uno"]);
});
