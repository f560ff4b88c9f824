// The owner's consent to a surgery: signed with the finger at the table, or on paper; without
// either nothing is kept.
import type { Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import { register } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { draftHolds } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip, keep, newVisit, run, sign, Thumb } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(120_000);

const SIGNED = "El dueño o la dueña firmó el consentimiento con el dedo";
const UNSIGNED = "Con consentimiento; aquí no hay firma";

const ink = (page: Page) => page.locator(".signature-ink");
const onPaper = (page: Page) => page.getByText("Firmado en papel", { exact: true });

/** Puts a known dog on the table, to be operated; answers its chip. */
async function prepare(thumb: Thumb, name: string): Promise<string> {
  const { page } = thumb;
  const visit = { document: run(), address: null, chip: chip(), name };
  expect((await register(page, visit)).outcome).toBe("accepted");
  await newVisit(thumb);
  await thumb.type(visit.chip);
  await thumb.press(new RegExp(name));
  await thumb.tap(page.locator("label", { hasText: "Esterilización" }));
  await expect(page.getByRole("heading", { name: "Consentimiento para la cirugía" })).toBeVisible();
  await thumb.tap(page.getByText("Realizada", { exact: true }));
  return visit.chip;
}

const sheetOf = (animal: string) => `/coordinacion/registro/animal/${animal}`;

test("a consent signed with the finger survives a reload and stands on the sheet", async (
  { page, huella },
) => {
  await begin(page, huella);
  const thumb = new Thumb(page);
  const number = await prepare(thumb, "Firmada");
  const [animal] = (await ownerOf(page, number)).animals;
  const agreed = /^Yo, Prueba De la Demostración, autorizo .* Firmada \(/;
  await expect(page.getByText(agreed)).toBeVisible();

  await thumb.press("Revisar");
  await expect(page.getByRole("alert")).toContainText("fírmelo con el dedo");
  await expect(page.locator("#consent")).toBeFocused();
  await expectAccessible(page);
  await shot(page, "field-consent-missing");

  await sign(thumb);
  const strokes = (await ink(page).getAttribute("d"))!;
  await draftHolds(page, strokes);
  await page.reload();
  await expect(ink(page), "what was signed is still there").toHaveAttribute("d", strokes);
  // Begun anew by who drew beside it.
  await thumb.press("Firmar de nuevo");
  await expect(ink(page)).toHaveAttribute("d", "");
  // A hand that lay on it has signed nothing.
  await thumb.tap(page.getByRole("img", { name: "Firme con el dedo" }));
  await expect(ink(page)).toHaveAttribute("d", /^M\d+ \d+L/);
  await thumb.press("Revisar");
  await expect(page.getByRole("alert")).toContainText("fírmelo con el dedo");
  await sign(thumb);
  await expectAccessible(page);
  await shot(page, "field-consent-signed");
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();

  await seat(page, huella, "coordinacion", sheetOf(animal!.id));
  await expect(page.getByRole("img", { name: SIGNED })).toBeVisible();
  const kept = (await ink(page).getAttribute("d"))!;
  expect(kept).toMatch(/^M\d+ \d+L/);
  await expectAccessible(page);
  await shot(page, "coordination-consent");
  await seat(page, huella, "auditoria", sheetOf(animal!.id));
  await expect(page.locator("main").getByText(SIGNED)).toBeVisible();
  await expect(ink(page)).toHaveCount(0);
  expect(await page.content()).not.toContain(kept);
});

test("a consent on paper needs no finger, and the sheet claims none", async ({ page, huella }) => {
  await begin(page, huella);
  const thumb = new Thumb(page);
  const number = await prepare(thumb, "Papelera");
  const [animal] = (await ownerOf(page, number)).animals;
  await thumb.tap(onPaper(page));
  await expect(ink(page)).toHaveCount(0);
  await draftHolds(page, '"consent":true');
  await page.reload();
  await expect(page.locator("#consent")).toBeChecked();
  await expect(ink(page)).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-consent-paper");
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await seat(page, huella, "coordinacion", sheetOf(animal!.id));
  await expect(page.locator("main").getByText(UNSIGNED)).toBeVisible();
  await expect(ink(page)).toHaveCount(0);
});
