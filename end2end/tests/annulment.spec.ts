// What was recorded on a phone and did not happen, or was typed wrong: who may take it back or put
// it right there, until when, and what follows from it, with and without the server.
import type { Locator, Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import type { Huella } from "../fixtures/huella.ts";
import { pdfQrCodes } from "../fixtures/pdf.ts";
import { seat } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  chip, chooseOutreach, firstDoses, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(120_000);

const WITHOUT_MAIL = { typed: "", meant: "" };
const OPERATIVE = "Terreno (demostración)";
const VETERINARIAN = "Dra. Antonia Demostración Núñez";
const ANNUL = "Anular: esto no pasó";
const TAKEN = "Este microchip ya está en otro animal";

/** The operative at the start of the day. */
async function start(page: Page, huella: Huella): Promise<Thumb> {
  await seat(page, huella, "terreno", "/terreno");
  await chooseOutreach(page, /Hoy/);
  return new Thumb(page);
}

/** A visit of somebody new whose dog gets a chip, up to what else is done. */
async function chipped(thumb: Thumb, name: string, number: string) {
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, name);
  await readChip(thumb, number);
}

/** The same, kept by the phone and taken by the server. */
async function recorded(thumb: Thumb, name: string, number = chip()) {
  await chipped(thumb, name, number);
  await keep(thumb);
  await expect(thumb.page.getByText("Enviado", { exact: true })).toBeVisible();
}

/** Opens the record of an animal from the start of the day, without loading the app anew. */
async function open(thumb: Thumb, name: string) {
  const { page } = thumb;
  await thumb.tap(page.getByRole("link", { name: new RegExp(`^${name}`) }));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
}

/** Takes back the open record. */
async function annul(thumb: Thumb, reason: string) {
  await thumb.press(ANNUL);
  await thumb.press(reason);
}

function offer(page: Page): Locator {
  return page.getByRole("button", { name: ANNUL });
}

/** What puts right the data of somebody, or of an animal, on the page of a record. */
function corrections(page: Page): Locator {
  return page.getByRole("button", { name: /^Corregir los datos de / });
}

/** The record that puts right what was registered, in the list of all. */
function correction(page: Page, name: string): Locator {
  return page.getByRole("link", { name: new RegExp(`^Corrección: ${name}`) });
}

/** The record that takes back an animal's, in the list of all. */
function annulment(page: Page, name: string): Locator {
  return page.getByRole("link", { name: new RegExp(`^Anulación: ${name}`) });
}

/** What the page says of the day: visits, and chips, doses and surgeries. */
async function expectDay(page: Page, visits: number, services: string[]) {
  await expect(page.getByText(`${visits} hoy`)).toBeVisible();
  await expect(page.locator(".tally dd")).toHaveText(services);
}

test("what did not happen is taken back from the phone the same day", async ({ page, huella }) => {
  const thumb = await start(page, huella);
  await chipped(thumb, "Sombra", chip());
  await firstDoses(page);
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  const slip = page.getByRole("link", { name: "Abrir el papel con el código (PDF)" });
  const paper = await page.request.get((await slip.getAttribute("href"))!);
  const [code] = await pdfQrCodes(await paper.body());

  await page.goto("/terreno");
  await expectDay(page, 1, ["1", "1", "1", "0"]);
  await open(thumb, "Sombra");
  await thumb.press(ANNUL);
  await expectAccessible(page);
  await shot(page, "field-annul");
  await thumb.press("Fue a otro animal");
  await expect(annulment(page, "Sombra")).toContainText("Enviado");
  await open(thumb, "Sombra");
  await expect(page.getByText("Anulado desde este teléfono")).toBeVisible();
  await expect(offer(page)).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-annulled");
  // The day counts neither the visit nor what it did.
  await page.goto("/terreno");
  await expectDay(page, 0, ["0", "0", "0", "0"]);

  // Whoever reads the paper learns it too.
  await page.goto(new URL(code!).pathname);
  await expect(page.locator("main")).toContainText("el servicio que acredita fue anulado");
});

test("somebody else at the same phone is not offered to take it back", async (
  { page, huella },
) => {
  const thumb = await start(page, huella);
  await recorded(thumb, "Bruma");

  await seat(page, huella, "veterinaria", "/terreno");
  await expect(page.getByText(VETERINARIAN)).toBeVisible();
  await open(thumb, "Bruma");
  await expect(offer(page)).toHaveCount(0);
  await expect(corrections(page)).toHaveCount(0);
  await expectAccessible(page);

  await seat(page, huella, "terreno", "/terreno");
  await expect(page.getByText(OPERATIVE)).toBeVisible();
  await open(thumb, "Bruma");
  await expect(offer(page)).toBeVisible();
  await expect(corrections(page)).toHaveCount(2);
});

test("a reason that is tapped twice takes back once", async ({ page, huella }) => {
  const number = chip();
  const thumb = await start(page, huella);
  await recorded(thumb, "Eco", number);
  const [animal] = (await ownerOf(page, number)).animals;
  await thumb.tap(page.getByRole("link", { name: "Volver al inicio" }));
  await open(thumb, "Eco");
  await thumb.press(ANNUL);
  // Both taps come before the page could show that the first one is under way.
  const reason = page.getByRole("button", { name: "Está anotado dos veces" });
  await reason.evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });
  await expect(annulment(page, "Eco")).toContainText("Enviado");
  // As the phone shows it, and as it has written it down.
  for (const again of [false, true]) {
    if (again) await page.reload();
    await expect(page.getByText("Todo enviado")).toBeVisible();
    await expect(page.locator(".rows li")).toHaveCount(2);
    await expect(annulment(page, "Eco")).toHaveCount(1);
    await expect(page.getByText("por revisar")).toHaveCount(0);
  }

  await seat(page, huella, "coordinacion", `/coordinacion/registro/animal/${animal!.id}`);
  const services = page.getByRole("group", { name: "Atenciones", exact: true });
  await expect(services).toContainText("Anulada: Está anotado dos veces");
  await expect(page.locator(".chronicle li", { hasText: "Atención anulada" })).toHaveCount(1);
});

test("a chip that was taken back is free for another animal", async ({ page, huella }) => {
  const number = chip();
  const thumb = await start(page, huella);
  await recorded(thumb, "Faro", number);
  await chipped(thumb, "Duna", number);
  const notice = page.getByRole("alert").filter({ hasText: TAKEN });
  await expect(notice).toContainText("Faro, registrado en este teléfono");

  // The visit waits as it is while the wrong record is taken back.
  await thumb.tap(page.locator("a.status-bar"));
  await open(thumb, "Faro");
  await annul(thumb, "Fue a otro animal");
  await expect(annulment(page, "Faro")).toContainText("Enviado");
  const asked = page.waitForResponse("**/api/v1/field/chip");
  await thumb.tap(page.getByRole("link", { name: "Nueva atención" }));
  await (await asked).finished();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("¿Qué se le hizo a Duna?");
  await expect(page.getByText(TAKEN)).toHaveCount(0);
  // As little when it is read once more.
  const askedAgain = page.waitForResponse("**/api/v1/field/chip");
  await page.locator("#chip").fill("");
  await readChip(thumb, number);
  await (await askedAgain).finished();
  await expect(page.getByText("Coinciden")).toBeVisible();
  await expect(page.getByText(TAKEN)).toHaveCount(0);
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
});

test("what is taken back without signal waits, counts for nothing and goes home", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_CONNECTION_REFUSED|Failed to load resource/);
  const number = chip();
  const thumb = await start(page, huella);
  await recorded(thumb, "Cala", number);
  const [animal] = (await ownerOf(page, number)).animals;
  await thumb.tap(page.getByRole("link", { name: "Volver al inicio" }));
  await expectDay(page, 1, ["1", "0", "0", "0"]);
  await open(thumb, "Cala");

  await huella.stop();
  await annul(thumb, "No se hizo");
  await expect(annulment(page, "Cala")).toContainText("Por enviar");
  await expect(page.getByRole("heading", { name: /, 1 por enviar$/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-annulment-waits");
  await thumb.tap(page.getByRole("link", { name: "Volver al inicio" }));
  await expect(page.getByText("1 en el teléfono")).toBeVisible();
  await expectDay(page, 0, ["0", "0", "0", "0"]);
  // The phone knows at once that the chip is free.
  await chipped(thumb, "Rada", number);
  await expect(page.getByText(TAKEN)).toHaveCount(0);
  await keep(thumb);
  await thumb.tap(page.getByRole("link", { name: "Volver al inicio" }));
  await expectDay(page, 1, ["1", "0", "0", "0"]);

  // Both arrive, in their order: the server would not take the chip twice.
  await huella.serve();
  await online(page);
  await expect(page.getByText("Todo enviado")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("por revisar")).toHaveCount(0);
  await expect(annulment(page, "Cala")).toContainText("Enviado");
  await expect(page.getByRole("link", { name: /^Rada/ })).toContainText("Enviado");
  await expectDay(page, 1, ["1", "0", "0", "0"]);
  await seat(page, huella, "coordinacion", `/coordinacion/registro/animal/${animal!.id}`);
  const services = page.getByRole("group", { name: "Atenciones", exact: true });
  await expect(services).toContainText("Anulada: No se hizo");
});

test("what was typed wrong is put right from the phone the same day", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_CONNECTION_REFUSED|Failed to load resource/);
  const number = chip();
  const thumb = await start(page, huella);
  await recorded(thumb, "Nieblla", number);
  await thumb.tap(page.getByRole("link", { name: "Volver al inicio" }));
  await open(thumb, "Nieblla");
  await thumb.press("Corregir los datos de Nieblla");
  await expect(page.getByRole("radio", { name: "Hembra" })).toBeChecked();
  await page.getByLabel("Nombre del animal").fill("");
  await thumb.press("Guardar la corrección");
  await expect(page.locator("#pet_name")).toBeFocused();
  await page.getByLabel("Nombre del animal").fill("Niebla");
  await expect(page.getByRole("radio", { name: "Se escribió mal" })).toBeChecked();
  await thumb.tap(page.getByText("Lo pidió el dueño o la dueña"));
  await expectAccessible(page);
  await shot(page, "field-correction");
  await thumb.press("Guardar la corrección");
  await expect(correction(page, "Niebla")).toContainText("Enviado");
  await expectAccessible(page);
  await shot(page, "field-corrected");
  const told = (await ownerOf(page, number)).animals[0]!;
  expect((told.details as { name: string }).name).toBe("Niebla");
  expect(told.services, "nothing is done again").toHaveLength(1);
  await thumb.tap(page.getByRole("link", { name: "Volver al inicio" }));
  await expectDay(page, 1, ["1", "0", "0", "0"]);

  // Who is found in the register was registered here: the same record leads on, as it is by now.
  await newVisit(thumb);
  await thumb.type(number);
  await thumb.tap(page.getByRole("link", { name: "Lo registró usted hoy: corregir" }));
  await expect(page.getByRole("button", { name: "Corregir los datos de Niebla" })).toBeVisible();
  await huella.stop();
  // A record of which the server knows nothing yet is put right after it, in their order.
  await thumb.tap(page.getByRole("link", { name: "Registros de este teléfono" }));
  await newVisit(thumb);
  await page.getByLabel("Buscar a la persona").fill("");
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, "Calima");
  await readChip(thumb, chip());
  await keep(thumb);
  await thumb.tap(page.getByRole("link", { name: "Volver al inicio" }));
  await thumb.tap(page.getByRole("link", { name: /^Calima/ }));
  await thumb.press(/^Corregir los datos de María José/);
  await expect(page.getByLabel("Nombres")).toHaveValue("María José");
  await page.getByLabel("Nombres").fill("María Elena");
  // A form that is half filled in is gone on with first.
  await thumb.press("Volver");
  await open(thumb, "Nieblla");
  await thumb.press("Corregir los datos de Niebla");
  await expect(page.getByText("Hay una atención a medio llenar")).toBeVisible();
  await thumb.tap(page.getByRole("link", { name: "Registros de este teléfono" }));
  await thumb.tap(page.getByRole("link", { name: "Nueva atención" }));
  await expect(page.getByLabel("Nombres")).toHaveValue("María Elena");
  await thumb.press("Guardar la corrección");
  await expect(correction(page, "María Elena")).toContainText("Por enviar");
  await thumb.tap(correction(page, "María Elena"));
  await expect(corrections(page)).toHaveText(["Corregir los datos de María Elena Ñuñez O’Higgins"]);

  await huella.serve();
  await thumb.tap(page.getByRole("link", { name: "Registros de este teléfono" }));
  await online(page);
  await expect(page.getByText("Todo enviado")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("por revisar")).toHaveCount(0);
  await expect(correction(page, "María Elena")).toContainText("Enviado");
  await page.getByLabel("Buscar").fill("Calima");
  await expect(page.locator(".rows li")).toHaveCount(2);
});

test("the day after, nothing of the day before is taken back", async ({ page, huella }) => {
  const thumb = await start(page, huella);
  await recorded(thumb, "Alba");
  const tomorrow = (hour: number) => page.evaluate((hour) => {
    const moment = new Date();
    moment.setDate(moment.getDate() + 1);
    return moment.setHours(hour, 0, 0, 0);
  }, hour);
  const [night, morning] = [await tomorrow(1), await tomorrow(9)];
  await thumb.tap(page.getByRole("link", { name: "Volver al inicio" }));

  // In the night after, a visit still belongs to the day on which the outreach began.
  await page.clock.setFixedTime(night);
  await open(thumb, "Alba");
  await expect(offer(page)).toBeVisible();
  await expect(corrections(page)).toHaveCount(2);
  await thumb.tap(page.getByRole("link", { name: "Registros de este teléfono" }));

  // The app stood open until the morning.
  await page.clock.setFixedTime(morning);
  await open(thumb, "Alba");
  await expect(offer(page)).toHaveCount(0);
  await expect(corrections(page)).toHaveCount(0);
  await expect(page.getByText("Anulado desde este teléfono")).toHaveCount(0);
  await expectAccessible(page);
  // Opened anew, it has let go of what was sent the day before.
  await page.reload();
  await expect(page.getByText("Este registro ya no está en el teléfono")).toBeVisible();
});
