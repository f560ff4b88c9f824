// Two programmes pay for one outreach: who pays is asked where what is offered is planned, each
// counts what it pays for, and every figure opens the services that it counts. One that was made
// wrong is put right, with the reason.
import type { Page } from "@playwright/test";
import { apart } from "../fixtures/apart.ts";
import { ask, fileOf } from "../fixtures/ask.ts";
import { day } from "../fixtures/day.ts";
import type { Huella } from "../fixtures/huella.ts";
import { inOrder } from "../fixtures/in-order.ts";
import { pdfText } from "../fixtures/pdf.ts";
import { press, spell } from "../fixtures/plan.ts";
import { CHIPS as PLACES, deed, joined, planned, steps } from "../fixtures/planned.ts";
import { registration } from "../fixtures/register.ts";
import { sit } from "../fixtures/seat.ts";
import { submit, surgery } from "../fixtures/submit.ts";
import { expect, test } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";

test.use({ viewport: { width: 1280, height: 800 } });
test.setTimeout(120_000);

const NAME = "Sede Los Chañares";
const SURGERIES = "Esterilizaciones de invierno";
const RENAMED = "Esterilizaciones de otoño, Ñuñorco";
const CHIPS = "Microchips de invierno";
const PETS = ["Ñusta", "Luna"];
/** What each of the two promised. */
const PROMISED = 9;

/** Makes a programme of this year, which promises chips, doses, surgeries and outreaches. */
function programme(page: Page, name: string, targets: string[]): Promise<string> {
  const year = day().slice(0, 4);
  const days = { starts_on: `${year}-01-01`, ends_on: `${year}-12-31` };
  const form = { name, issuer: "", ...days, targets };
  return ask<string>(page, "/api/coordinacion/programas/guardar", { form });
}

/** An outreach of the programme of surgeries, whose chips another one pays: answers its path. */
async function planMixed(page: Page, surgeries: string): Promise<string> {
  const [starts, ends] = spell();
  const when = { held_on: day(), starts, ends };
  const sheet = await planned(page, { name: NAME, programme: surgeries, ...when });
  await joined(page, sheet, "veterinarian");
  await page.goto(`${sheet}/plan`);
  await page.getByRole("link", { name: /^Agregar microchip/ }).click();
  const payer = page.locator("#programme");
  await expect(payer.locator("option:checked"), "the outreach's own").toHaveText(SURGERIES);
  await payer.selectOption({ label: CHIPS });
  await page.locator("#capacity").fill("4");
  await page.locator("#minutes").fill("10");
  await inOrder(page, "offering-payer");
  await press(page, "Guardar");
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");

  await deed(page, sheet, "servicio", { ...PLACES, offering: "sterilisation", capacity: "2" });
  await page.goto(`${sheet}/plan`);
  const offered = page.getByRole("table", { name: "Servicios y cupos" });
  await expect(offered.getByRole("row", { name: /^microchip/ })).toContainText(CHIPS);
  await expect(offered.getByRole("row", { name: /^esterilización/ })).toContainText(SURGERIES);
  await inOrder(page, "plan-shared");

  await offered.getByRole("link", { name: /^Cambiar: microchip/ }).click();
  await expect(payer.locator("option:checked"), "as it was planned").toHaveText(CHIPS);
  return sheet;
}

/** Every pet gets a chip, and the first one is operated on. */
async function serve(page: Page, own: Huella, sheet: string) {
  await sit(page, own, "veterinaria", "/cuenta");
  const outreach = sheet.split("/").at(-1)!;
  for (const name of PETS) {
    const pet = { document: run(), address: null, chip: chip(), name };
    const commands = await registration(page, pet);
    const { animal } = commands[1] as { animal: string };
    if (name === PETS[0]) commands.push(await surgery(page, animal));
    expect((await submit(page, commands, { outreach })).outcome).toBe("accepted");
  }
}

/** What the programme that the page shows has promised, done, announced, and all together. */
async function told(page: Page, what: RegExp, done: number) {
  const targets = page.getByRole("table", { name: "Metas" });
  const figures = [PROMISED, done, 0, done].map(String);
  await expect(targets.getByRole("row", { name: what }).locator("td")).toHaveText(figures);
  // The outreach is one of both, and what the other one pays for is not here.
  await expect(targets.getByRole("row", { name: /^Operativos/ })).toHaveCount(1);
  await expect(targets.locator("tbody tr")).toHaveCount(2);
}

/** The list behind a figure has as many services, each once, and leads back. */
async function opens(page: Page, table: string, names: string[]) {
  const figure = page.getByRole("table", { name: table });
  await figure.getByRole("link", { name: String(names.length), exact: true }).first().click();
  await expect(page).toHaveURL(/\/servicios\?/);
  const rows = page.locator("main tbody tr");
  await expect(rows).toHaveCount(names.length);
  for (const name of names) await expect(rows.filter({ hasText: name })).toHaveCount(1);
  await expect(rows.filter({ hasText: NAME })).toHaveCount(names.length);
}

apart("an outreach that two programmes pay for counts to each what it pays for", async (
  { page, own },
) => {
  await sit(page, own, "coordinacion", "/coordinacion/organizaciones");
  const surgeries = await programme(page, SURGERIES, ["", "", "", String(PROMISED), ""]);
  const chips = await programme(page, CHIPS, [String(PROMISED), "", "", "", ""]);
  const sheet = await planMixed(page, surgeries);
  await steps(page, sheet, "publish", "begin");
  await serve(page, own, sheet);

  const path = `/coordinacion/programas/${chips}`;
  await sit(page, own, "coordinacion", path);
  await told(page, /^Microchips implantados/, PETS.length);
  await inOrder(page, "programme-shared");
  await opens(page, "Metas", PETS);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Atenciones de ${CHIPS}`);
  await expect(page.locator("main")).toContainText("Microchips implantados");
  await inOrder(page, "programme-services");
  await page.getByRole("link", { name: "Volver" }).click();
  await expect(page).toHaveURL(new RegExp(`${path}$`));
  for (const table of ["Por comuna de residencia", "Por mes"]) {
    await opens(page, table, PETS);
    await page.goto(path);
  }

  await page.goto(`/coordinacion/programas/${surgeries}`);
  await told(page, /^Esterilizaciones/, 1);
  await opens(page, "Metas", PETS.slice(0, 1));

  const act = (await pdfText(await fileOf(page, `${sheet}/acta.pdf`))).join(" ");
  const printed = act.replaceAll(/\s+/g, " ");
  expect(printed).toContain(`${SURGERIES}, ${CHIPS}`);
  expect(printed).toMatch(new RegExp(`Microchips implantados ${CHIPS} ${PETS.length}\\b`));
});

apart("a programme is put right with its reason, and without one keeps what was typed", async (
  { page, own, silence },
) => {
  // Chromium tells of the form that was refused.
  silence.allow(/status of 422/);
  await sit(page, own, "coordinacion", "/coordinacion/organizaciones");
  const id = await programme(page, SURGERIES, ["", "", "", String(PROMISED), ""]);
  await page.goto(`/coordinacion/programas/${id}`);
  const correct = page.getByRole("link", { name: "Corregir el programa" });
  await correct.click();
  const [name, target, reason] = ["#name", "#sterilisations", "#reason"].map((one) =>
    page.locator(one),
  );
  await expect(name!, "it is filled with what is there").toHaveValue(SURGERIES);
  await expect(target!).toHaveValue(String(PROMISED));
  await inOrder(page, "programme-correct");

  await name!.fill(RENAMED);
  await target!.fill(String(PROMISED + 1));
  await press(page, "Guardar");
  const faults = page.getByRole("alert");
  await expect(faults).toContainText("Falta este dato: motivo.");
  await expect(reason!).toHaveAttribute("aria-invalid", "true");
  await expect(name!).toHaveValue(RENAMED);
  await expect(target!).toHaveValue(String(PROMISED + 1));
  await inOrder(page, "programme-correct-refused");
  await faults.getByRole("link").click();
  await expect(reason!).toBeFocused();

  await reason!.fill("La meta estaba mal escrita");
  await press(page, "Guardar");
  await expect(page.getByRole("status")).toContainText("El programa quedó corregido");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(RENAMED);
  const targets = page.getByRole("table", { name: "Metas" });
  const surgeries = targets.getByRole("row", { name: /^Esterilizaciones/ });
  await expect(surgeries.locator("td").first()).toHaveText(String(PROMISED + 1));
  await inOrder(page, "programme-corrected");

  await page.locator("summary", { hasText: "Historia" }).click();
  const lines = page.locator(".chronicle > li");
  await expect(lines).toHaveCount(2);
  await expect(lines.last()).toContainText("Programa creado");
  const line = lines.first();
  await expect(line).toContainText("La meta estaba mal escrita");
  for (const [before, after] of [[SURGERIES, RENAMED], [PROMISED, PROMISED + 1]]) {
    await expect(line.getByText(`Antes: ${before}`, { exact: true })).toBeVisible();
    await expect(line.getByText(`Después: ${after}`, { exact: true })).toBeVisible();
  }
  await inOrder(page, "programme-history");
  await correct.click();
  await expect(name!).toHaveValue(RENAMED);
  await expect(reason!, "each correction has its own").toHaveValue("");
});
