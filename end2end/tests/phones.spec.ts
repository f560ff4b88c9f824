// The coordinator sees the phones: what they said of themselves, their names, and what becomes of
// the records of a revoked one, and of those that are put away.
import type { Locator, Page } from "@playwright/test";
import { alive } from "../fixtures/alive.ts";
import { apart } from "../fixtures/apart.ts";
import { register, registration } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { compose, send } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  chip, chooseOutreach, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const COORDINATOR = "Coordinación (demostración)";
const OPERATIVE = "Terreno (demostración)";
const PHONES = "/coordinacion/telefonos";

/** Records a visit of a new owner with a new, chipped dog on the phone of this page. */
async function record(page: Page, name: string) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run());
  await newAnimal(thumb, name);
  await readChip(thumb, chip());
  await keep(thumb);
}

/** A line of what a sheet says: its name and its value. */
function fact(page: Page, name: string): Locator {
  const term = page.getByText(name, { exact: true });
  return page.locator(".summary-row", { has: term }).locator("dd").first();
}

/** Opens the dialog of a button, says why, and does it. */
async function decide(page: Page, words: string, why: string) {
  await page.getByRole("button", { name: words, exact: true }).click();
  const dialog = page.getByRole("dialog");
  const act = dialog.getByRole("button", { name: words, exact: true });
  await expect(act).toBeDisabled();
  await dialog.getByLabel("Motivo").fill(why);
  await expectAccessible(page);
  await shot(page, `phones-${words.split(" ")[0]!.toLowerCase()}`);
  await act.click();
}

// On a server of its own: those of other tests would fill the first page.
apart("the demonstration's phones are listed with what they said last", async ({ page, own }) => {
  await seat(page, own, "coordinacion", PHONES);
  const row = (name: string) => page.locator("tbody tr", { hasText: name });
  await expect(row("Mesa 1 (demostración)")).toContainText("en hora");
  await expect(row("Mesa 1 (demostración)")).toContainText(/Operativo de hoy.*, hasta el\s\S+\s\d/);
  await expect(row("Mesa 2 (demostración)")).toContainText("14 minutos adelantado");
  await expect(row("Mesa 2 (demostración)")).toContainText("puede perder lo guardado");
  await expect(page.getByRole("columnheader", { name: "Fotos sin enviar" })).toBeVisible();
  const figures = row("Mesa 2 (demostración)").locator('td[data-align="end"]');
  await expect(figures).toHaveText(["4", "1", "0", "2"]);
  await expect(row("Teléfono perdido")).toContainText("revocado");
  await expectAccessible(page);
  await shot(page, "phones-list");
  await page.getByRole("link", { name: /^Sin contacto/ }).click();
  await expect(row("Mesa de 2020")).toBeVisible();
  await expect(row("Mesa 1 (demostración)")).toHaveCount(0);
  await page.getByRole("link", { name: "Hace más de 30 días" }).click();
  await expect(page).toHaveURL(/dias=30/);
  await expect(row("Mesa de 2020")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "phones-silent");
  // The first page leads to those that ask for a person.
  await page.goto("/coordinacion");
  await page.getByRole("link", { name: /Teléfonos por revisar/ }).click();
  await expect(page).toHaveURL(/lista=worrying/);
  await expect(row("Mesa 2 (demostración)")).toBeVisible();
  await expect(row("Mesa 1 (demostración)")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "phones-worrying");
});

test("a revoked phone loses nothing: its record waits at the desk and comes back", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await seat(page, huella, "terreno", "/terreno");
  await chooseOutreach(page, /Hoy/);
  await record(page, "Mejillones");
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await page.context().setOffline(true);
  await record(page, "Michilla");
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 60_000 });

  // The last seen stands first.
  await seat(page, huella, "coordinacion", PHONES);
  const first = page.locator("tbody tr").first();
  await expect(first).toContainText(`Teléfono de ${OPERATIVE}`);
  await expect(first).toContainText("la actual");
  await first.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Teléfono de ${OPERATIVE}`);
  await expect(fact(page, "Registros recibidos")).toHaveText("2");
  await expect(fact(page, "Por enviar")).toHaveText("0");
  await expect(fact(page, "Reloj")).toHaveText("en hora");
  const sheet = new URL(page.url()).pathname;
  await alive(page);
  await page.locator("#nombre-telefono").fill("Teléfono de Ñuble 1");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Teléfono de Ñuble 1");
  await decide(page, "Revocar el teléfono", "Se quedó en el bus");
  await expect(page.getByText(/^Revocado el/)).toBeVisible();
  const history = page.locator(".chronicle li", { hasText: "Teléfono revocado" });
  await expect(history).toContainText(COORDINATOR);
  await history.locator("summary").click();
  await expect(history).toContainText("Se quedó en el bus");
  await expectAccessible(page);
  await shot(page, "phones-revoked");

  await seat(page, huella, "terreno", "/terreno");
  await record(page, "Hornitos");
  await expect(page.getByText("Retenido para coordinación")).toBeVisible();
  // Whoever goes on with it reads that something is the matter, and what that may be.
  await page.goto("/terreno/registros");
  const told = page.getByRole("heading", { name: "3 recibidos, 1 retenido para coordinación" });
  await expect(told).toBeVisible();
  await page.getByRole("link", { name: /Hornitos/ }).click();
  await expect(page.getByText(/coordinación revocó este teléfono/)).toBeVisible();
  await expectAccessible(page);
  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  const card = page.locator("main li.card", { hasText: "Animal: Hornitos" });
  await card.getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(card).toHaveCount(0);
  await page.goto(sheet);
  const resolved = page.locator(".chronicle li", { hasText: "coordinación lo registró" });
  await expect(resolved).toContainText(COORDINATOR);
  await alive(page);
  await decide(page, "Admitir de nuevo", "Apareció");
  await expect(page.getByText(/^Revocado el/)).toHaveCount(0);

  await seat(page, huella, "terreno", "/terreno/registros");
  const row = page.locator(".rows li", { hasText: "Hornitos" });
  await expect(row).toContainText("Enviado");
  await page.goto("/terreno");
  await record(page, "Caleta Buena");
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  // Both screens show one code for one standing.
  await page.goto("/terreno/registros");
  const code = page.getByText("Código para comparar").locator("strong");
  await expect(code).toHaveText(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/);
  const shown = await code.textContent();
  await seat(page, huella, "coordinacion", sheet);
  await expect(fact(page, "Código para comparar con el teléfono")).toHaveText(shown!);
});

test("a phone whose clock is wrong says so once, and changes nothing", async ({ page, huella }) => {
  await page.clock.install({ time: Date.now() + 14 * 60_000 });
  await seat(page, huella, "terreno", "/terreno");
  const notice = page.getByText("El reloj de este teléfono va 14 minutos adelantado");
  await expect(notice).toBeVisible();
  await expectAccessible(page);
  await shot(page, "phones-clock");
  await page.getByRole("button", { name: "Entendido" }).click();
  await expect(notice).toHaveCount(0);
});

test("of a phone's records one after the other is put away, each with its own words", async (
  { page, huella },
) => {
  const [taken, device] = [chip(), crypto.randomUUID()];
  await seat(page, huella, "terreno", "/terreno");
  const visit = (name: string) => ({ document: run(), address: null, chip: taken, name });
  expect((await register(page, visit("Vicuña"))).outcome).toBe("accepted");
  const both = [["Paihuano", "Se envió dos veces"], ["Diaguitas", "Era otro animal"]] as const;
  for (const [at, [name]] of both.entries()) {
    const submission = await compose(page, await registration(page, visit(name)));
    const answer = await send(page, { ...submission, device, sequence: at + 1 });
    expect(answer.outcome).toBe("conflict");
  }

  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  const card = (name: string) => page.locator("main li.card", { hasText: `Animal: ${name}` });
  // The second comes to stand where the first one stood, with an act of its own.
  await expect(page.locator("main li.card", { hasText: /Animal: (Paihuano|Diaguitas)/ }))
    .toContainText(["Animal: Paihuano", "Animal: Diaguitas"]);
  for (const [name, words] of both) {
    await card(name).getByLabel("Por qué no se registra").fill(words);
    await card(name).getByRole("button", { name: "No registrar" }).click();
    await expect(card(name)).toHaveCount(0);
  }
  await page.goto(`${PHONES}/${device}`);
  const put = page.locator(".chronicle li", { hasText: "coordinación no lo registró" });
  await expect(put).toHaveCount(2);
  for (const [, words] of both) await expect(put.filter({ hasText: words })).toHaveCount(1);
});
