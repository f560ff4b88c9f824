// Where the desk keeps what outreaches stand on: hosts with whom to ask for, what was promised and
// done, and registers of earlier years, which are looked at, taken in and taken out again.
import type { Page } from "@playwright/test";
import { apart } from "../fixtures/apart.ts";
import { announced } from "../fixtures/booking.ts";
import { sit } from "../fixtures/seat.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { run } from "../fixtures/visit.ts";

test.setTimeout(180_000);
/** Chromium tells of every form that was refused. */
test.beforeEach(({ silence }) => silence.allow(/status of 422/));

const IMPORTS = "/coordinacion/importar";
const ORGANISATIONS = "/coordinacion/organizaciones";
/** Long enough for the worker to take a few rows. */
const WORKED_OFF = { timeout: 60_000 };

/** A chip of an earlier year; those of the demonstration begin otherwise. */
function earlier(): string {
  return `985${100_000_000_000 + Math.floor(Math.random() * 90_000_000_000)}`;
}

/** Sends a file, as somebody chooses it. */
async function send(page: Page, name: string, lines: string[]) {
  await page.goto(IMPORTS);
  const buffer = Buffer.from(lines.join("\r\n"), "utf8");
  await page.locator("#archivo").setInputFiles({ name, mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "Leer el archivo" }).click();
}

/** The line of a table that begins with such words. */
const row = (page: Page, words: string | RegExp) => page.locator("tbody tr", { hasText: words });

/** Presses a button that sets the worker to work, and asks again until the page says it is done. */
async function workedOff(page: Page, button: string, words: string) {
  await page.getByRole("button", { name: button }).click();
  await expect(page.getByRole("button", { name: button })).toHaveCount(0);
  await expect(async () => {
    await page.reload();
    await expect(page.locator(".page-head")).toContainText(words, { timeout: 500 });
  }).toPass(WORKED_OFF);
}

apart("an earlier register is looked at, taken in and out again @critical", async (
  { page, own, database },
) => {
  const isLooked = database === "sqlite";
  await sit(page, own, "coordinacion", IMPORTS);
  await expect(page.locator("main")).toContainText("Todavía no se ha importado nada");
  await expectAccessible(page);
  if (isLooked) await shot(page, "imports-empty");

  await send(page, "vacío.csv", ["Microchip;Tutor"]);
  await expect(page.getByRole("alert")).toContainText("El archivo no tiene filas");
  const file = page.locator("#archivo");
  await expect(file).toHaveAccessibleDescription(/El archivo no tiene filas.*No se guardó nada/);
  await expect(file).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);

  const [first, second] = [earlier(), earlier()];
  await send(page, "registro 2019.csv", [
    "Microchip;RUT;Tutor;Mascota;Especie;Sexo",
    `${first};${run()};Rosa Ñancupil Soto;Ñusta;Canino;Hembra`,
    `${second};${run()};Luis O’Higgins Rojas;Pelusa;Felino;Macho`,
    `ilegible;${run()};Ana Araya Díaz;Toby;Canino;Macho`,
    `${earlier()};12.345.678-9;Ana Araya Díaz;Toby;Canino;Macho`,
  ]);
  const main = page.locator("main");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("registro 2019.csv");
  await expect(main).toContainText("Entrarían 2 animales.");
  await expect(row(page, first)).toContainText("Persona y animal nuevos");
  await expect(row(page, "ilegible")).toContainText("No se puede leer");
  await expect(row(page, "12.345.678-9")).toContainText("No se puede leer");
  await expectAccessible(page);
  if (isLooked) await shot(page, "import-preview");

  // A column too few: nothing is taken in, and what was chosen stays.
  const animal = page.getByLabel("Mascota", { exact: true });
  const meant = await animal.inputValue();
  await animal.selectOption("-");
  await page.getByRole("button", { name: /^Guardar las columnas/ }).click();
  await expect(page.getByRole("alert")).toContainText("Faltan columnas o hay repetidas");
  await expect(animal).toHaveValue("-");
  await animal.selectOption(meant);
  await page.getByRole("button", { name: /^Guardar las columnas/ }).click();
  await expect(main).toContainText("Entrarían 2 animales.");

  const address = page.url();
  await workedOff(page, "Empezar a importar", "Terminada");
  const result = await page.request.get(`${new URL(address).pathname}/resultado.csv`);
  const told = (await result.text()).split(/\r?\n/).filter(Boolean);
  expect(told).toHaveLength(5);
  expect(told[1]).toContain("Persona y animal nuevos");
  expect(told[3]).toContain("No se puede leer");
  await expectAccessible(page);
  if (isLooked) await shot(page, "import-done");
  await isKnown(page, first, true);

  await page.goto(address);
  await page.getByRole("button", { name: "Deshacer la importación" }).click();
  await expect(page.getByRole("alert")).toContainText("¿Deshacer esta importación?");
  await expectAccessible(page);
  await workedOff(page, "Sí, deshacer", "Deshecha");
  await isKnown(page, first, false);
  await page.goto(IMPORTS);
  await expect(row(page, "registro 2019.csv")).toContainText("Deshecha");
});

/** Whether the same register would be new: whoever is known is not taken in twice. */
async function isKnown(page: Page, chip: string, isSo: boolean) {
  await send(page, "otra vez.csv", [
    "Microchip;Tutor;Mascota;Especie;Sexo",
    `${chip};Rosa Ñancupil Soto;Ñusta;Canino;Hembra`,
  ]);
  const words = isSo ? "Ya está en el registro" : "Persona y animal nuevos";
  await expect(row(page, chip)).toContainText(words);
  await page.getByRole("button", { name: "Descartar el archivo" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Importar registros anteriores");
}

apart("hosts have somebody to ask for, and a programme says how far it is", async (
  { page, own },
) => {
  await sit(page, own, "coordinacion", ORGANISATIONS);
  await expect(row(page, "JJVV Villa Chica")).toContainText("@example.cl.invalid");
  await expectAccessible(page);
  await shot(page, "organisations");
  await page.getByRole("link", { name: "Nueva organización" }).click();
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("alert")).toContainText("Falta revisar");
  await expectAccessible(page);
  await shot(page, "organisation-refused");
  await page.locator("#name").fill("Centro de Madres Ñuble");
  await page.locator("#organisation").selectOption("mothers_centre");
  await page.locator("#commune").selectOption({ label: "Taltal" });
  await page.locator("#person_name").fill("Directiva");
  await page.locator("#email").fill("directiva@example.cl.invalid");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(row(page, "Centro de Madres Ñuble")).toContainText("Directiva");

  await page.goto("/coordinacion/programas");
  await expect(page.locator("#emisor"), "the name of the installation").toHaveValue("Huella");
  await page.getByRole("link", { name: /Veterinario en Marcha 2020/ }).first().click();
  await expect(page).toHaveURL(/\/programas\/[0-9a-f-]{36}$/);
  const targets = page.getByRole("table", { name: "Metas" });
  await expect(targets.getByRole("row", { name: /Microchips implantados/ })).toContainText("800");
  for (const of of ["del operativo", "de residencia"]) {
    const table = page.getByRole("table", { name: `Por comuna ${of}` });
    await expect(table).toContainText("Mejillones");
  }
  await expectAccessible(page);
  await shot(page, "programme");
});

apart("the demonstration has places free, and a line that waits", async ({ page }) => {
  const free = await announced(page, /JJVV Villa Chica/);
  await expect(free).toContainText(/quedan \d+ cupos/);
  const full = await announced(page, /Esterilizaciones en Mejillones/, "?servicio=sterilisation");
  await expect(full).toContainText("sin cupos, con lista de espera");
  await full.click();
  await expect(page.locator("main")).toContainText("Hay 3 familias en lista de espera");
  await expectAccessible(page);
  await shot(page, "outreach-full");
  await page.goto("/operativos?servicio=deworming&comuna=02104");
  await expect(page.locator("main")).toContainText("No hay operativos anunciados");
  await expectAccessible(page);
  await shot(page, "outreaches-none");
});
