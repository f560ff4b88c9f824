// An outreach from its plan to its act: places for two are booked without a script, the last one is
// waited for, given back and taken; the day is lived at the door, closed, and its papers are read.
import type { Page } from "@playwright/test";
import { posted } from "../fixtures/apart.ts";
import { fileOf } from "../fixtures/ask.ts";
import {
  asking, codeOf, expectPapers, fillIn, hours, linkOf, localHour, silent,
} from "../fixtures/booking.ts";
import type { Engine } from "../fixtures/database.ts";
import type { Huella } from "../fixtures/huella.ts";
import { address } from "../fixtures/owner.ts";
import { pdfPictures, pdfText } from "../fixtures/pdf.ts";
import { placesAddUp } from "../fixtures/places.ts";
import { draft, openBookings, press, publish } from "../fixtures/plan.ts";
import { registration } from "../fixtures/register.ts";
import { sit } from "../fixtures/seat.ts";
import { keepPicture } from "../fixtures/shot.ts";
import { stockOf } from "../fixtures/stock.ts";
import { dose, submit } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";
import { expectLight } from "../fixtures/weight.ts";
import { sheetRows } from "../fixtures/workbook.ts";

test.setTimeout(300_000);
/** Chromium tells of every form that was refused. */
test.beforeEach(({ silence }) => silence.allow(/status of 422/));

const NAME = "Población Ñuñorco";
/** Why it is closed with something open. */
const WHY_OPEN = "Una familia no llegó y avisó por teléfono";
const PLACES = 2;
/** The lot of the demonstration that expires first, and how much of it the outreach gets. */
const LOT = "DEMO-INT";
const DOSES = 5;

/** The page as it is: nobody is kept out of it, and a person looks at it once. */
async function look(page: Page, database: Engine, name: string) {
  await expectAccessible(page);
  if (database === "sqlite") await shot(page, name);
}

/** Says what is offered, what to bring and how to get there, and opens the bookings. */
async function planAndOpen(page: Page, sheet: string, database: Engine) {
  await publish(page, sheet);
  await look(page, database, "plan-empty");

  await page.getByRole("link", { name: /^Agregar microchip/ }).click();
  await press(page, "Guardar");
  const faults = page.getByRole("alert");
  await expect(faults).toContainText("Cupos (animales): falta este dato.");
  await look(page, database, "plan-offering-refused");
  await page.locator("#capacity").fill(String(PLACES));
  await page.locator("#minutes").fill("10");
  await press(page, "Guardar");
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");

  await page.goto(`${sheet}/plan/datos`);
  await page.locator("#bring").fill("Correa o jaula");
  await page.locator("#way").fill("Micro 103, por el patio");
  await press(page, "Guardar");
  await openBookings(page);
  await expect(page.getByRole("row", { name: /^microchip/ })).toContainText(String(PLACES));
  await look(page, database, "plan-open");
}

/** From the list of outreaches to the form; answers the path of the outreach. */
async function toTheForm(page: Page, way: string): Promise<string> {
  await page.goto("/operativos");
  await page.getByRole("link", { name: NAME }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(NAME);
  await expect(page.locator("main")).toContainText("Micro 103");
  const path = new URL(page.url()).pathname;
  await page.getByRole("link", { name: way, exact: true }).click();
  return path;
}

posted("an outreach is planned, booked, waited for, lived and closed @critical", async (
  { page, own, browser, mail, database },
) => {
  const sheet = await draft(page, own, NAME);
  await planAndOpen(page, sheet, database);
  const [context, heard] = await silent(browser, own);
  const owner = await context.newPage();
  const told = owner.locator("main");

  const first = asking("Ana María", "Luna", address("primera"));
  const outreach = await toTheForm(owner, "Reservar");
  await fillIn(owner, { ...first, run: "12.345.678-9" });
  await owner.locator("#phone").fill("");
  await owner.locator("#email").fill("");
  await press(owner, "Reservar");
  await expect(owner.getByRole("alert")).toContainText("Falta revisar 2 datos");
  await expect(owner.locator("#pet_name_1")).toHaveValue("Luna");
  await fillIn(owner, first);
  const [early, late] = await hours(owner) as [number, number];
  await press(owner, "Reservar");
  await expect(told).toContainText("Hora reservada");
  await expect(told).toContainText(localHour(early));
  const code = codeOf(owner);
  const ticket = `/T/${code}`;
  const booked = await mail.arrived(first.email!);
  expect(booked.subject).toContain("Luna");
  const papers = { code, pet: "Luna", origin: own.origin };
  await expectPapers(mail, booked, { ...papers, at: early });

  // Another hour: the link shows, and only its button acts.
  await owner.goto(linkOf(booked));
  await owner.goto(linkOf(booked));
  await expect(told).toContainText("La hora está reservada");
  await owner.locator("#time").selectOption(String(late));
  await press(owner, "Cambiar la hora");
  await expect(told).toContainText("Hora cambiada");
  const moved = await mail.arrived(first.email!, 2);
  expect(moved.subject).toContain("Nueva hora");
  await expectPapers(mail, moved, { ...papers, at: late });

  // The last place, for somebody without e-mail.
  await toTheForm(owner, "Reservar");
  const second = asking("José", "Toby", null);
  await fillIn(owner, second);
  await press(owner, "Reservar");
  await expect(told).toContainText("Hora reservada");
  const secondCode = codeOf(owner);

  const third = asking("Rosa", "Canela", address("tercera"));
  await toTheForm(owner, "Anotarme en la lista de espera");
  await fillIn(owner, third);
  await press(owner, "Anotarme en la lista de espera");
  await expect(told).toContainText("En lista de espera, lugar 1");
  const thirdCode = codeOf(owner);
  expect((await mail.arrived(third.email!)).text).toContain("Su lugar en la lista es el 1");

  await lookAtBooking(page, database, { outreach, ticket, waits: `/T/${thirdCode}` });
  await page.goto(`${sheet}/reservas`);
  await expect(page.getByRole("row", { name: /José/ })).toContainText("con reserva");
  await expect(page.getByRole("row", { name: /Rosa/ })).toContainText("lugar 1");
  await look(page, database, "bookings-desk");
  await byCode(owner, secondCode, second.run);

  // The first gives the place back, and the third takes it.
  await owner.goto(linkOf(moved));
  await press(owner, "No puedo ir: anular la reserva");
  await expect(told).toContainText("Reserva anulada");
  expect((await mail.arrived(first.email!, 3)).subject).toContain("Anulada");
  const offered = await mail.arrived(third.email!, 2);
  expect(offered.subject).toContain("Se liberó un cupo");
  await owner.goto(linkOf(offered));
  await expect(told).toContainText("Se liberó un cupo y se lo guardamos hasta");
  await press(owner, "Aceptar el cupo");
  await expect(told).toContainText("El cupo es suyo");
  const taken = await mail.arrived(third.email!, 3);
  await expectPapers(mail, taken, { at: late, code: thirdCode, pet: "Canela", origin: own.origin });
  expect(heard.broken(), "console, exceptions, foreign hosts of the owner").toEqual([]);
  await context.close();

  await theDay(page, sheet, database, { code: thirdCode, run: third.run, cancelled: code });
  await allotDoses(page, sheet);
  const number = await serveOne(page, own, sheet);
  await close(page, own, sheet, database);
  await readPapers(page, sheet, number);
});

/** The public pages weigh little, and look as they should; they run no script here either. */
async function lookAtBooking(
  page: Page,
  database: Engine,
  { outreach, ticket, waits }: { outreach: string; ticket: string; waits: string },
) {
  const form = `${outreach}/reservar`;
  await expectLight(page, [outreach, form, ticket, outreach.replace("/operativos", "/turno")]);
  for (const [path, name] of [
    [outreach, "booking-outreach-full"],
    [form, "booking-form-wait"],
    [ticket, "booking-ticket"],
    [waits, "booking-waiting"],
  ] as const) {
    await page.goto(path);
    await look(page, database, name);
  }
  await press(await there(page, form), "Anotarme en la lista de espera");
  await expect(page.getByRole("alert")).toContainText("Falta revisar");
  await look(page, database, "booking-form-refused");
}

async function there(page: Page, path: string): Promise<Page> {
  await page.goto(path);
  return page;
}

/** Who has no e-mail comes back by the code of the ticket and the end of the document. */
async function byCode(owner: Page, code: string, document: string) {
  const end = document.replaceAll(/[.-]/g, "").slice(-4);
  const wrong = end.startsWith("0") ? `1${end.slice(1)}` : `0${end.slice(1)}`;
  await owner.goto("/mi-hora");
  await owner.locator("#code").fill(code);
  await owner.locator("#document").fill(wrong);
  await press(owner, "Ver mi hora");
  await expect(owner.getByRole("alert")).toBeVisible();
  await expect(owner.locator("#code")).toHaveValue(code);
  await owner.locator("#document").fill(end);
  await press(owner, "Ver mi hora");
  await expect(owner.locator("main")).toContainText("Toby");
  await expect(owner.getByRole("button", { name: /^No puedo ir/ })).toBeVisible();
}

/** At the door: by code, twice, without a booking, called, served and turned away. */
async function theDay(
  page: Page,
  sheet: string,
  database: Engine,
  { code, run: document, cancelled }: { code: string; run: string; cancelled: string },
) {
  await page.goto(`${sheet}/plan`);
  await press(page, "Comenzar la jornada");
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");
  const day = `${sheet}/dia`;
  await page.goto(day);
  await expect(page.locator("#tablero")).toContainText("Nadie espera");
  const arrival = page.locator("section.card", { hasText: "Llega con reserva" });
  const walkIn = page.locator("section.card", { hasText: "Llega sin reserva" });
  const arrive = async (text: string) => {
    await arrival.locator("#code").fill(text);
    await arrival.getByRole("button", { name: "Dar número" }).click();
  };
  const done = page.getByRole("status");
  const refused = page.getByRole("alert");
  await arrive("");
  await expect(refused).toContainText("Falta revisar");
  await arrive(cancelled);
  await expect(refused).toContainText("Esa reserva se anuló");
  await arrive(code);
  await expect(done).toContainText("Número 1");
  // The same ticket once more, found by its owner's document.
  await arrive(document);
  await expect(refused).toContainText("Ese boleto ya entró");

  const welcome = async () => {
    await walkIn.locator("#given").fill("Héctor");
    await walkIn.getByRole("button", { name: "Dar número" }).click();
  };
  await welcome();
  await expect(refused).toContainText("No quedan cupos para tantos animales");
  await expect(walkIn.locator("#given")).toHaveValue("Héctor");
  await look(page, database, "day-full");
  await setCapacity(page, sheet, 1);
  await expect(refused).toContainText("hay más cupos prometidos que estos");
  await setCapacity(page, sheet, PLACES + 1);
  await expect(done).toContainText("Quedó guardado.");
  await page.goto(day);
  await welcome();
  await expect(done).toContainText("Número 2");

  // Another service, at two tables, is called to them by itself.
  await addDeworming(page, sheet);
  await page.goto(day);
  await walkIn.getByText("Desparasitación", { exact: true }).click();
  await walkIn.locator("#given").fill("Inés");
  await walkIn.getByRole("button", { name: "Dar número" }).click();
  await expect(done).toContainText("Número 3");
  await press(page, "Llamar al siguiente de Microchip");
  await expect(done).toContainText("Se llama al número 1: Microchip, puesto 1");
  await press(page, "Llamar al siguiente de Desparasitación, puesto 2");
  await expect(done).toContainText("Se llama al número 3: Desparasitación, puesto 2");
  await press(page, "Llamar al siguiente de Desparasitación, puesto 1");
  await expect(done).toContainText("No queda nadie por llamar: Desparasitación");
  await look(page, database, "day-called");
  await nowServing(page, sheet, database);
  await page.goto(day);
  for (const number of [1, 3]) {
    const served = page.getByRole("button", { name: `Número ${number}: atendido` });
    await served.click();
    await expect(served).toHaveCount(0);
    await expect(done).toContainText("Quedó anotado como atendido");
  }
  await page.locator("summary", { hasText: "No se atendió" }).click();
  await page.locator("#reason-2").selectOption("unfit");
  await press(page, "Anotar");
  await expect(done).toContainText("Quedó anotado que no se atendió");
}

async function setCapacity(page: Page, sheet: string, places: number) {
  await page.goto(`${sheet}/plan/servicio?offering=chip`);
  await page.locator("#capacity").fill(String(places));
  await press(page, "Guardar");
}

/** Deworming besides: who comes for it has tables, and a queue, of their own. */
async function addDeworming(page: Page, sheet: string) {
  await page.goto(`${sheet}/plan`);
  await page.getByRole("link", { name: /^Agregar solo desparasitación/ }).click();
  await page.locator("#capacity").fill("3");
  await page.locator("#minutes").fill("5");
  await page.locator("#stations").fill("2");
  await press(page, "Guardar");
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");
}

/** The numbers for everybody. The page renews itself; not while it is looked at here. */
async function nowServing(page: Page, sheet: string, database: Engine) {
  const path = sheet.replace("/coordinacion/operativos", "/turno");
  expect((await page.request.get(path)).headers().refresh).toMatch(/^\d+$/);
  await page.route(path, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers.refresh;
    await route.fulfill({ response, headers });
  });
  await page.goto(path);
  await expect(page.getByRole("heading", { name: "Se atiende a" })).toBeVisible();
  // Who was called last stands first.
  const called = [/^\s*3\s+Desparasitación, puesto 2/, /^\s*1\s+Microchip, puesto 1/];
  await expect(page.locator("main li")).toHaveText(called);
  const main = page.locator("main");
  await expect(main).toContainText("Espera 1 familia. El último número que se dio es el 3.");
  await expect(main).not.toContainText(/Rosa|Canela|Héctor|Inés/);
  await look(page, database, "turn");
  await page.unroute(path);
}

/** Doses go to its box: those that expire first are offered first. */
async function allotDoses(page: Page, sheet: string) {
  await page.goto(sheet.replace("/operativos/", "/existencias/"));
  await page.getByRole("link", { name: "Entregar dosis" }).click();
  await expect(page.getByLabel("Lote").locator("option:checked")).toContainText(LOT);
  await page.getByLabel("Cuántas dosis").fill(String(DOSES));
  await press(page, "Guardar");
  await expect(page.getByRole("status")).toContainText("Quedó anotado.");
}

/** A chip is implanted there and a dose given, as a phone records it; answers the chip's number. */
async function serveOne(page: Page, own: Huella, sheet: string): Promise<string> {
  await sit(page, own, "veterinaria", "/cuenta");
  const number = chip();
  const wanted = { document: run(), address: null, chip: number, name: "Canela" };
  const outreach = sheet.split("/").at(-1)!;
  const commands = await registration(page, wanted);
  const { animal } = commands[1] as { animal: string };
  const { lots } = await stockOf(page, outreach);
  const all = [...commands, dose(animal, lots[0]!.lot)];
  const answer = await submit(page, all, { outreach });
  expect(answer.outcome).toBe("accepted");
  return number;
}

/** What is still open is told, and closed with for a reason. */
async function close(page: Page, own: Huella, sheet: string, database: Engine) {
  await sit(page, own, "coordinacion", `${sheet}/cierre`);
  const main = page.locator("main");
  await expect(main).toContainText("Sigue abierto");
  // By the hour of the day at which this runs.
  await expect(main).toContainText(/1 reserva (sin desenlace|tiene su hora todavía por delante)/);
  await expect(main).toContainText(`${DOSES - 1} dosis sin cuenta`);
  // Received, given, written off, to be returned, and what does not fit.
  const doses = page.getByRole("row", { name: LOT }).locator("td[data-align=end]");
  await expect(doses).toHaveText([DOSES, 1, 0, DOSES - 1, 0].map(String));
  const draftAct = (await pdfText(await fileOf(page, `${sheet}/acta.pdf`))).join(" ");
  expect(draftAct).toContain("Borrador");
  await press(page, "Cerrar");
  await expect(page.getByRole("alert")).toContainText("Falta revisar un dato");
  await look(page, database, "closing-refused");
  await page.locator("#reason").fill(WHY_OPEN);
  await press(page, "Cerrar");
  await expect(page.getByRole("status")).toContainText("Quedó anotado");
  await expect(main).toContainText("Cerrado el");
  await expect(main).toContainText(`Motivo: ${WHY_OPEN}`);
  await placesAddUp(page);
  await look(page, database, "closing-closed");
  await page.goto(`${sheet}/dia`);
  await expect(main).toContainText("Aquí no se reciben personas ahora");
}

/** The act, the day sheet and the list of who was served, opened. */
async function readPapers(page: Page, sheet: string, number: string) {
  const act = await fileOf(page, `${sheet}/acta.pdf`);
  const text = (await pdfText(act)).join(" ").replaceAll(/\s+/g, " ");
  expect(text).toContain("Acta de asistencia");
  const rejected = "Animales rechazados y por qué";
  for (const words of [NAME, "Cuenta de cada cupo", rejected, "Cerrado el", WHY_OPEN]) {
    expect(text).toContain(words);
  }
  expect(text).not.toContain("Borrador");
  // The same figures, which stand close to one another when they are read.
  expect(text.replaceAll(/\s/g, "")).toMatch(new RegExp(`${LOT}\\D*${DOSES}10${DOSES - 1}0`));
  await keepPicture((await pdfPictures(act))[0]!, "paper-attendance-act");
  const day = (await pdfText(await fileOf(page, `${sheet}/hoja.pdf`))).join(" ");
  expect(day.replaceAll(/\s+/g, " ")).toContain("Micro 103, por el patio");

  const rows = sheetRows(await fileOf(page, `${sheet}/beneficiarios.xlsx`));
  expect(rows).toHaveLength(2);
  const column = rows[0]!.findIndex((cell) => cell.text === "Microchip");
  expect(rows[1]![column]).toEqual({ text: number, isText: true });
  const csv = new TextDecoder().decode(await fileOf(page, `${sheet}/beneficiarios.csv`));
  expect(csv).toContain(number);
}
