// A team that comes home: its host without an address for mail is telephoned, who joins it later
// is told, and who books reads between which hours it comes, on the pages, by mail and on paper.
import type { Page } from "@playwright/test";
import { account } from "../fixtures/account.ts";
import { alive } from "../fixtures/alive.ts";
import { posted } from "../fixtures/apart.ts";
import {
  announced, asking, fillIn, hours, linkOf, localHour, silent,
} from "../fixtures/booking.ts";
import type { Mail, MailServer } from "../fixtures/mail.ts";
import { address } from "../fixtures/owner.ts";
import { pdfText } from "../fixtures/pdf.ts";
import { draft, openBookings, press, publish } from "../fixtures/plan.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test.setTimeout(180_000);
/** Chromium tells of every form that was refused. */
test.beforeEach(({ silence }) => silence.allow(/status of 422/));

const NAME = "Villa Esmeralda Alta";
const HOST = "Junta de Vecinos Los Copihues";
const HOUR_MS = 3_600_000;

/** A draft becomes one of home visits, with a host that is new. */
async function visitHomes(page: Page, sheet: string) {
  await page.goto(`${sheet}/cambiar`);
  await alive(page);
  await page.locator("#tipo").selectOption("home_visits");
  await page.locator("#anfitrion-nuevo").fill(HOST);
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(NAME);
  await expect(page.locator("main")).toContainText(HOST);
}

/** Two places in each half hour, open for all. */
async function offer(page: Page) {
  await page.getByRole("link", { name: /^Agregar microchip/ }).click();
  await page.locator("#capacity").fill("40");
  await page.locator("#minutes").fill("10");
  await press(page, "Guardar");
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");
}

/** Nobody can write to the host: it is a call, until somebody has made it. */
async function telephone(page: Page, sheet: string) {
  await page.goto("/coordinacion/tareas");
  await alive(page);
  const call = page.locator("main li.card", { hasText: NAME });
  await expect(call).toContainText("Avisar por teléfono a quien recibe el operativo");
  await expect(call).toContainText(`Llame a ${HOST}: no hay un correo donde escribirle.`);
  await expect(call).toContainText(`Se publicó ${NAME}`);
  await expect(call).toContainText("Son visitas a domicilio");
  await expect(call).toContainText("Tampoco hay un teléfono");
  await expectAccessible(page);
  await shot(page, "tasks-call-host");
  const organisation = await call.getByRole("link", { name: HOST }).getAttribute("href");
  await call.getByRole("button", { name: "Hecho" }).click();
  await expect(page.getByRole("status")).toContainText("Tarea cerrada.");
  await expect(call).toHaveCount(0);
  await page.goto(organisation!);
  await expect(page.locator("#name")).toHaveValue(HOST);
  await page.goto(sheet);
  await expect(page.locator("main")).toContainText("Llamada a quien recibe el operativo");
}

/** Who is put into the team of what is announced, and taken out again, is told so. */
async function joinAndLeave(page: Page, sheet: string, heard: (words: string) => Promise<Mail>) {
  await page.goto(sheet);
  await alive(page);
  const option = page.locator("#agregar option", { hasText: "Terreno (demostración)" });
  const stayed = page.getByLabel("Salió por error: estuvo todo el tiempo");
  await page.locator("#agregar").selectOption((await option.getAttribute("value"))!);
  await expect(page.getByRole("button", { name: "Agregar" })).toBeEnabled();
  await expect(stayed, "never in it before").toHaveCount(0);
  await page.getByRole("button", { name: "Agregar" }).click();
  await expect(page.getByRole("status")).toContainText("Equipo actualizado");
  const joined = await heard(`Está en el equipo del operativo ${NAME}`);
  expect(joined.text).toContain("Visitas a domicilio en: Sede vecinal, Los Copihues 55");
  const row = page.getByRole("row", { name: /Terreno \(demostración\)/ });
  await row.getByRole("button", { name: "Quitar" }).click();
  await expect(row).toHaveCount(0);
  // One was forgotten in a drawer with records.
  const unsent = page.getByRole("alert").filter({ hasText: "con registros por enviar" });
  await expect(unsent).toContainText("lo que anotó mientras estaba en el equipo se recibe");
  await expectAccessible(page);
  await shot(page, "team-unsent");
  const left = await heard(`Ya no está en el equipo del operativo ${NAME}`);
  expect(left.text).toContain("no tiene que ir");
  await page.locator("#agregar").selectOption((await option.getAttribute("value"))!);
  await expect(stayed).not.toBeChecked();
  await stayed.check();
  await expectAccessible(page);
  await shot(page, "team-put-back");
  await page.getByRole("button", { name: "Agregar" }).click();
  await expect(row).toHaveCount(1);
  await expect(page.locator("main")).toContainText("Alguien volvió al equipo sin pausa");
}

/** The ticket and the appointment tell the same hours as the mail. */
async function expectHours(server: MailServer, mail: Mail, from: number) {
  const [starts, ends] = [localHour(from), localHour(from + HOUR_MS)];
  expect(mail.subject).toContain("Visita a su casa por Luna");
  expect(mail.text).toContain("Lugar: En su casa");
  expect(mail.text).toContain(`entre las ${starts} y las ${ends}`);
  expect(mail.text).toContain("¿No va a estar");
  const [ticket] = await server.documents(mail);
  const text = (await pdfText(ticket!)).join("").replaceAll(/\s+/g, "");
  expect(text).toContain(`${starts}a${ends}`);
  expect(text).not.toContain("Copihues");
  const entry = (mail.attachments ?? []).find((one) => one.fileName === "cita.ics");
  const bytes = await server.attachment(mail, entry!);
  const calendar = new TextDecoder().decode(bytes).replaceAll("\r\n ", "");
  const at = (moment: number) => new Date(moment).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  expect(calendar).toContain(`DTSTART:${at(from)}`);
  expect(calendar).toContain(`DTEND:${at(from + HOUR_MS)}`);
  expect(calendar).toContain("LOCATION:En su casa");
}

posted("who books a home visit is told of a team that comes home", async (
  { page, own, browser, mail },
) => {
  const sheet = await draft(page, own, NAME);
  await visitHomes(page, sheet);
  await publish(page, sheet);
  await offer(page);
  await page.goto(`${sheet}/plan`);
  await openBookings(page);
  const veterinarian = account(own, "veterinaria").email;
  const published = await mail.titled(veterinarian, `Se publicó el operativo ${NAME}`);
  expect(published.text).toContain("está en el equipo");
  await telephone(page, sheet);
  const operative = account(own, "terreno").email;
  await joinAndLeave(page, sheet, (words) => mail.titled(operative, words));
  const feed = await (await page.request.get("/operativos.ics")).text();
  expect(feed.replaceAll("\r\n ", "")).toContain("LOCATION:A domicilio: Sede vecinal");

  const [context, heard] = await silent(browser, own);
  const owner = await context.newPage();
  const told = owner.locator("main");
  const link = await announced(owner, new RegExp(NAME));
  await expect(link).toContainText("A domicilio: Sede vecinal");
  await link.click();
  await expect(told).toContainText("El equipo va a la dirección que usted deja al reservar.");
  await page.goto(new URL(owner.url()).pathname);
  await expectAccessible(page);
  await shot(page, "booking-outreach-home");
  await owner.getByRole("link", { name: "Reservar", exact: true }).click();
  await expect(told).toContainText("el equipo va a su casa");
  await expect(owner.getByLabel("Entre qué horas")).toBeVisible();
  const wanted = asking("Ana María", "Luna", address("domicilio"));
  await fillIn(owner, wanted);
  const [first] = await hours(owner) as [number];
  await press(owner, "Reservar");
  await expect(owner.getByRole("alert"), "where it is to go").toContainText("Falta revisar 2");
  await owner.locator("#address").fill("Sicilia 1516");
  await owner.locator("#commune").selectOption({ label: "Antofagasta" });
  await press(owner, "Reservar");
  await expect(told).toContainText("El equipo va a su casa: muestre el código cuando llegue");
  const [starts, ends] = [localHour(first), localHour(first + HOUR_MS)];
  await expect(told).toContainText(`entre las ${starts} y las ${ends}`);
  await expect(told).not.toContainText("Copihues");
  const booked = await mail.titled(wanted.email!, "Luna");
  await expectHours(mail, booked, first);
  await page.goto(linkOf(booked));
  await expectAccessible(page);
  await shot(page, "booking-ticket-home");
  await owner.goto(linkOf(booked));
  await press(owner, "No voy a estar: anular la reserva");
  await expect(told).toContainText("Reserva anulada");
  expect(heard.broken(), "console, exceptions, foreign hosts of the owner").toEqual([]);
  await context.close();
});
