// An announced outreach is held elsewhere: whoever booked is told where by mail, with the ticket
// and the appointment of the new place, keeps the hour, and may give it back by the mail's link,
// which takes it out of the calendar.
import type { Page } from "@playwright/test";
import { alive } from "../fixtures/alive.ts";
import { posted } from "../fixtures/apart.ts";
import {
  announced, asking, codeOf, expectPapers, fillIn, hours, linkOf, silent, type Asking,
} from "../fixtures/booking.ts";
import type { Mail, MailServer } from "../fixtures/mail.ts";
import { address } from "../fixtures/owner.ts";
import { pdfText } from "../fixtures/pdf.ts";
import { NAME, opened, press } from "../fixtures/plan.ts";
import { expect, expectAccessible, test } from "../fixtures/test.ts";

test.setTimeout(180_000);

const BEFORE = "Sede vecinal, Los Copihues 55";
const AFTER = "Liceo A-22, Av. Argentina 1855";

/** Takes the first hour that there is; answers it, in milliseconds of UTC. */
async function book(owner: Page, wanted: Asking): Promise<number> {
  await (await announced(owner, NAME)).click();
  await owner.getByRole("link", { name: "Reservar", exact: true }).click();
  await fillIn(owner, wanted);
  const [first] = await hours(owner);
  await press(owner, "Reservar");
  await expect(owner.locator("main")).toContainText("Hora reservada");
  return first!;
}

/** The form of the outreach, with another hall in it. */
async function relocate(page: Page, sheet: string) {
  await page.goto(`${sheet}/cambiar`);
  await alive(page);
  await expect(page.locator("#lugar")).toHaveValue(BEFORE);
  await page.locator("#lugar").fill(AFTER);
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(NAME);
  await expect(page.locator("main")).toContainText(AFTER);
}

/** The day and the hour that a mail tells. */
function whenOf(mail: Mail): string {
  const when = /Día y hora: (.+)/.exec(mail.text)?.[1];
  if (!when) throw new Error(`no hour in ${mail.text}`);
  return when;
}

/** What the calendar's file of a mail says, its long lines put together. */
async function entryOf(server: MailServer, mail: Mail, name: string): Promise<string> {
  const file = (mail.attachments ?? []).find(({ fileName }) => fileName === name);
  if (!file) throw new Error(`no ${name} in «${mail.subject}»`);
  const text = new TextDecoder().decode(await server.attachment(mail, file));
  return text.replaceAll("\r\n ", "");
}

/** The value of a property of it. */
function property(entry: string, name: string): string {
  const value = new RegExp(`^${name}:(.+)\r$`, "m").exec(entry)?.[1];
  if (!value) throw new Error(`no ${name} in ${entry}`);
  return value;
}

posted("who booked is told where the outreach is held now, and keeps the hour", async (
  { page, own, browser, mail },
) => {
  const sheet = await opened(page, own);
  const [context, heard] = await silent(browser, own);
  const owner = await context.newPage();
  const told = owner.locator("main");
  const wanted = asking("Ana María", "Luna", address("lugar"));
  const at = await book(owner, wanted);
  const code = codeOf(owner);
  const booked = await mail.titled(wanted.email!, "Luna");
  expect(booked.text).toContain(`Lugar: ${BEFORE}, Antofagasta`);

  await relocate(page, sheet);
  const moved = await mail.titled(wanted.email!, "cambió de lugar");
  const both = `ya no es en ${BEFORE}, Antofagasta, sino en ${AFTER}, Antofagasta.`;
  expect(moved.text).toContain(both);
  expect(moved.text).toContain("Su hora es la misma:");
  expect(whenOf(moved)).toBe(whenOf(booked));
  await expectPapers(mail, moved, { at, code, pet: "Luna", origin: own.origin });
  const [ticket] = await mail.documents(moved);
  const printed = (await pdfText(ticket!)).join("").replaceAll(/\s+/g, "");
  expect(printed).toContain("LiceoA-22");
  expect(printed).not.toContain("Copihues");
  const [given, now] = [
    await entryOf(mail, booked, "cita.ics"), await entryOf(mail, moved, "cita.ics"),
  ];
  expect(property(now, "LOCATION")).toContain("Liceo A-22");
  for (const name of ["UID", "DTSTART"]) expect(property(now, name)).toBe(property(given, name));

  const link = linkOf(moved);
  await page.goto(link);
  await expectAccessible(page);
  await owner.goto(link);
  await expect(told).toContainText("La hora está reservada");
  await expect(told).toContainText(AFTER);
  await expect(told).not.toContainText(BEFORE);
  await press(owner, "No puedo ir: anular la reserva");
  await expect(told).toContainText("Reserva anulada");
  const ended = await mail.titled(wanted.email!, "Anulada");
  const back = await entryOf(mail, ended, "cita-anulada.ics");
  expect([property(back, "METHOD"), property(back, "STATUS")]).toEqual(["CANCEL", "CANCELLED"]);
  expect(property(back, "UID")).toBe(property(given, "UID"));
  const sequence = (entry: string) => Number(property(entry, "SEQUENCE"));
  expect(sequence(back)).toBeGreaterThan(sequence(now));
  expect(ended.text).toContain("el archivo adjunto quita la cita de su calendario");
  expect(heard.broken(), "console, exceptions, foreign hosts of the owner").toEqual([]);
  await context.close();
});
