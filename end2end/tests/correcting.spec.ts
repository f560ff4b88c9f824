// What a coordinator corrects of an animal and of a service, and what follows: documents, mails,
// figures.
import type { Locator, Page } from "@playwright/test";
import { alive } from "../fixtures/alive.ts";
import { day } from "../fixtures/day.ts";
import { address, pathOf } from "../fixtures/owner.ts";
import { pdfLinks, pdfText } from "../fixtures/pdf.ts";
import { register } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import {
  COORDINATOR, counted, line, sheetOf, unfold, verificationOf,
} from "../fixtures/sheet.ts";
import { dose, submit } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

/** Opens the form that corrects the service of a row. */
async function correcting(page: Page, row: Locator): Promise<Locator> {
  await row.getByRole("button", { name: "Corregir" }).click();
  const dialog = page.getByRole("dialog", { name: "Corregir la atención" });
  await expect(dialog).toBeVisible();
  return dialog;
}

test("a name corrected at the desk makes a new document and mails it", async (
  { page, huella, mail },
) => {
  const owner = address("corregida");
  await seat(page, huella, "terreno", "/terreno");
  const visit = { document: run(), address: owner, chip: chip(), name: "Chañaral" };
  const answer = await register(page, visit);
  await mail.arrived(owner);

  await seat(page, huella, "coordinacion", sheetOf(answer));
  await unfold(page, "Corregir los datos del animal");
  await page.locator("#nombre-animal").fill("Chañarcillo");
  await page.getByLabel("Por qué se corrige").selectOption("asked_by_owner");
  await expectAccessible(page);
  await shot(page, "desk-correct");
  await page.getByRole("button", { name: "Guardar la corrección" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Chañarcillo");
  await expect(page.getByRole("status").first()).toContainText("se emite de nuevo");
  const documents = page.getByRole("group", { name: "Documentos", exact: true });
  await expect(documents).toContainText("reemplazado");
  await expect(documents).toContainText("vigente");
  await expect(line(page, "Datos del animal corregidos")).toContainText(COORDINATOR);

  const letter = await mail.arrived(owner, 2);
  expect(letter.subject).toBe("Documento corregido de Chañarcillo");
  const [voucher] = await mail.documents(letter);
  expect((await pdfText(voucher!))[0]).toContain("Chañarcillo");
  await page.goto(verificationOf(answer));
  await expect(page.locator("main")).toContainText("Reemplazado por uno más nuevo");
  const [link] = await pdfLinks(voucher!);
  await page.goto(pathOf(link!));
  await expect(page.locator("main")).toContainText("el documento está vigente");
  await expect(page.getByRole("heading", { name: "Chañarcillo" })).toBeVisible();

  // Where the chip sits was wrong, too.
  await page.goto(sheetOf(answer));
  const services = page.getByRole("group", { name: "Atenciones", exact: true });
  await alive(page);
  const dialog = await correcting(page, services);
  await dialog.getByLabel("Sitio del microchip").selectOption("between_scapulae");
  const veterinarian = dialog.getByLabel("Médico veterinario", { exact: true });
  const named = await veterinarian.inputValue();
  await veterinarian.selectOption("");
  await dialog.getByRole("button", { name: "Guardar la corrección" }).click();
  await expect(veterinarian).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.locator(".field-error")).toContainText("Falta este dato");
  await expectAccessible(page);
  await shot(page, "desk-correct-service");
  await veterinarian.selectOption(named);
  await dialog.getByRole("button", { name: "Guardar la corrección" }).click();
  await expect(dialog).toBeHidden();
  await expect(services).toContainText("entre las escápulas");
  await expect(documents.locator("tr", { hasText: "reemplazado" })).toHaveCount(2);
  await expect(line(page, "Atención corregida")).toContainText(COORDINATOR);
  const [moved] = await mail.documents(await mail.arrived(owner, 3));
  expect((await pdfText(moved!))[0]!.replaceAll(/\s/g, "")).toContain("escápulas");
  await page.goto(pathOf(link!));
  await expect(page.locator("main")).toContainText("Reemplazado por uno más nuevo");
});

test("a dose corrected at the desk counts as what it was", async ({ page, huella }) => {
  await seat(page, huella, "terreno", "/terreno");
  const visit = { document: run(), address: null, chip: chip(), name: "Taltal" };
  const answer = await register(page, visit);
  const lot = { kind: "internal", product: "Drontal", lot: "L-77", expires_on: day(400) };
  const given = dose(answer.documents![0]!.animal, lot);
  expect((await submit(page, [given])).outcome).toBe("accepted");
  const sums = async () => [
    await counted(page, "Desparasitaciones internas"),
    await counted(page, "Desparasitaciones externas"),
  ];
  const [inside, outside] = await sums();

  await seat(page, huella, "coordinacion", sheetOf(answer));
  const row = page.locator("tr", { hasText: "Drontal" });
  const dialog = await correcting(page, row);
  await dialog.getByLabel("Tipo", { exact: true }).selectOption("external");
  const [batch, expiry] = ["Lote", "Vencimiento"].map((words) => dialog.getByLabel(words));
  const save = dialog.getByRole("button", { name: "Guardar la corrección" });
  await batch!.fill("");
  await save.click();
  await expect(batch!).toHaveAttribute("aria-invalid", "true");
  await batch!.fill("M-88");
  await expiry!.fill(day(-30));
  await save.click();
  await expect(batch!).not.toHaveAttribute("aria-invalid", "true");
  await expect(expiry!).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  await shot(page, "desk-correct-dose");
  await expiry!.fill(day(300));
  await dialog.getByLabel("Fipronil").check();
  await save.click();
  await expect(dialog).toBeHidden();
  await expect(row).toContainText("Desparasitación externa");
  await expect(row).toContainText("M-88");
  expect(await sums()).toEqual([inside! - 1, outside! + 1]);
});

test("the hour of a service is corrected, and is one of its outreach", async (
  { page, huella, silence, today },
) => {
  silence.allow(/status of 422/);
  await seat(page, huella, "terreno", "/terreno");
  const visit = { document: run(), address: null, chip: chip(), name: "Paposo" };
  const answer = await register(page, visit);
  await seat(page, huella, "coordinacion", sheetOf(answer));
  const services = page.getByRole("group", { name: "Atenciones", exact: true });
  const dialog = await correcting(page, services);
  const [date, hour] = ["#corregir-fecha", "#corregir-hora"].map((id) => dialog.locator(id));
  await expect(date!).toHaveValue(today);
  const save = dialog.getByRole("button", { name: "Guardar la corrección" });
  await hour!.fill("");
  await save.click();
  await expect(hour!).toHaveAttribute("aria-invalid", "true");
  const refused = dialog.getByRole("alert");
  for (const [on, at, words] of [
    [day(-1), "12:00", "El operativo no fue ese día."],
    [today, "23:59", "Ese momento todavía no llega."],
  ] as const) {
    await date!.fill(on);
    await hour!.fill(at);
    await save.click();
    await expect(refused).toContainText(words);
  }
  await expectAccessible(page);
  await shot(page, "desk-correct-hour");
  await hour!.fill("00:00");
  await save.click();
  await expect(dialog).toBeHidden();
  // In a night in which that hour does not come it is the one after it.
  await expect(services.locator("td").first()).toContainText(/0[01]:00/);
  const noted = line(page, "Atención corregida");
  await expect(noted).toContainText(COORDINATOR);
  // A line of the history opens to what was noted, under words.
  await noted.locator("summary").click();
  await expect(noted.locator("dt").filter({ hasText: "Motivo" })).toBeVisible();
  await expect(noted.locator("dt").filter({ hasText: /^[a-z ]+$/ })).toHaveCount(0);
  await expect(noted.locator("dd").filter({ hasText: visit.chip }).first()).toBeVisible();
  await expectAccessible(page);
  await shot(page, "desk-history-open");
});
