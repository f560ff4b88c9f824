// The talks of an outreach at the desk: held, sent again when the answer was lost, corrected with
// the list of who listened and with their hour, annulled.
import type { Locator, Page } from "@playwright/test";
import { day } from "../fixtures/day.ts";
import type { Huella } from "../fixtures/huella.ts";
import { seat } from "../fixtures/seat.ts";
import { line, unfold } from "../fixtures/sheet.ts";
import { fieldSetup } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

// What a page asks has to come by its routes.
test.use({
  data: "demonstration", viewport: { width: 1280, height: 800 }, serviceWorkers: "block",
});
test.setTimeout(180_000);

const HOLD = "**/operativos/charla";
const LIST = "Elba Quilodrán, 12.345.678-5\nPedro";

/** The sheet of today's outreach, as a coordinator sees it. */
async function open(page: Page, huella: Huella) {
  await seat(page, huella, "terreno", "/terreno");
  const { outreaches } = await fieldSetup(page);
  await seat(page, huella, "coordinacion", `/coordinacion/operativos/${outreaches[0]!.outreach.id}`);
}

/** Fills the form of a new talk, known by what was handed out; answers the button that saves it. */
async function tell(page: Page, material: string, attendants: string): Promise<Locator> {
  const form = await unfold(page, "Anotar una charla");
  await page.locator("#charla-asistentes").fill(attendants);
  await page.locator("#charla-minutos").fill("30");
  await page.locator("#charla-material").fill(material);
  return form.getByRole("button", { name: "Guardar" });
}

/** The talks at which this was handed out. */
const talks = (page: Page, material: string) => page.locator("tr", { hasText: material });

/** How many listened to each of them. */
const listened = (rows: Locator) => rows.locator("td:nth-child(3)");

/** What is sent next arrives, and the answer to it does not. */
async function loseAnswer(page: Page, path: string) {
  await page.route(path, async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
}

test("a lost answer neither doubles a talk nor loses what was written since", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_FAILED|status of 409|Service Worker registration blocked/);
  await open(page, huella);
  const alert = page.getByRole("alert");
  const done = page.getByRole("status").filter({ hasText: "La charla quedó anotada." });

  const doubled = "Volantes de una vez";
  let save = await tell(page, doubled, "11");
  await loseAnswer(page, HOLD);
  await save.click();
  await expect(alert).toContainText("No hay conexión con el servidor");
  await save.click();
  await expect(done).toBeVisible();
  await expect(talks(page, doubled)).toHaveCount(1);

  // Changed before it was sent again, it is another talk: the first one stands, and is shown.
  const changed = "Volantes de dos charlas";
  save = await tell(page, changed, "12");
  await loseAnswer(page, HOLD);
  await save.click();
  await expect(alert).toContainText("No hay conexión con el servidor");
  await page.locator("#charla-asistentes").fill("13");
  await save.click();
  await expect(alert).toContainText("Esta hoja ya se había enviado con otro contenido.");
  await expect(alert).toContainText("No se cambió nada");
  await expect(page.locator("#charla-asistentes")).toHaveValue("13");
  await expectAccessible(page);
  await shot(page, "desk-sheet-used");
  const [other] = await Promise.all([
    page.context().waitForEvent("page"),
    alert.getByRole("link", { name: "Ver cómo quedó" }).click(),
  ]);
  await expect(listened(talks(other, changed))).toHaveText(["12"]);
  await other.close();
  await save.click();
  await expect(done).toBeVisible();
  await expect(listened(talks(page, changed))).toHaveText(["12", "13"]);
});

test("a talk is corrected with its list and its hour, and annulled", async (
  { page, huella, silence, today },
) => {
  silence.allow(/status of 422|Service Worker registration blocked/);
  await open(page, huella);
  const material = "Volantes con lista";
  const save = await tell(page, material, "");
  await page.locator("#charla-lista").fill(LIST);
  await save.click();
  const row = talks(page, material);
  await expect(row).toHaveCount(1);
  await row.locator("summary", { hasText: "Lista de asistentes" }).click();
  await expect(row.locator("li")).toHaveText(LIST.split("\n"));

  await row.getByRole("button", { name: "Corregir" }).click();
  const dialog = page.getByRole("dialog", { name: "Corregir la charla" });
  const field = (id: string) => dialog.locator(`#corregir-charla-${id}`);
  const correct = dialog.getByRole("button", { name: "Guardar la corrección" });
  await expect(field("lista")).toHaveValue(LIST);
  await expect(field("fecha")).toHaveValue(today);
  await field("lista").fill("Elba Quilodrán, 12.345.678-4");
  await correct.click();
  await expect(field("lista")).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  await shot(page, "desk-correct-talk");

  // A name mended, one added; and the hour, which is of the outreach's day and has come.
  const mended = "Elba Quilodrán Soto, 12.345.678-5\nAna\nPedro";
  await field("lista").fill(mended);
  await field("asistentes").fill("3");
  await field("fecha").fill(day(-1));
  await correct.click();
  const refused = dialog.getByRole("alert");
  await expect(refused).toContainText("El operativo no fue ese día.");
  await expect(field("lista")).toHaveValue(mended);
  await field("fecha").fill(today);
  await field("hora").fill("23:59");
  await correct.click();
  await expect(refused).toContainText("Ese momento todavía no llega.");
  await expect(field("hora")).toHaveAccessibleDescription(/Ese momento todavía no llega\./);
  await field("hora").fill("00:00");
  await dialog.getByLabel("Por qué se corrige").selectOption("asked_by_owner");
  await correct.click();
  await expect(dialog).toBeHidden();
  const told = page.getByRole("status");
  await expect(told.filter({ hasText: "La charla quedó corregida." })).toBeVisible();
  // In a night in which that hour does not come it is the one after it.
  await expect(row.locator("td").first()).toContainText(/, 0[01]:00/);
  await expect(row.locator("li")).toHaveText(mended.split("\n"));
  const corrected = line(page, "Charla corregida").first();
  await corrected.locator("summary").click();
  await expect(corrected).toContainText("asked_by_owner");
  await expect(corrected).not.toContainText("Quilodrán");

  await row.getByRole("button", { name: "Anular" }).click();
  const annul = page.getByRole("dialog", { name: "Anular la charla" });
  await expect(annul).toBeVisible();
  await expectAccessible(page);
  await annul.locator("#motivo-anular-charla").fill("Era de otro operativo");
  await annul.getByRole("button", { name: "Anular" }).click();
  await expect(annul).toBeHidden();
  await expect(row).toContainText("Anulada: Era de otro operativo");
  await expect(told.filter({ hasText: "La charla quedó anulada." })).toBeVisible();
});
