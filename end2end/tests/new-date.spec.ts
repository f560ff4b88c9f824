// An outreach is called off and put on another day. Who booked keeps the place, is told so, and
// says by the link of the mail, or by telephone, whether the new day suits; the reminder's one
// button gives the place back.
import type { Page } from "@playwright/test";
import { alive } from "../fixtures/alive.ts";
import { posted } from "../fixtures/apart.ts";
import { announced, asking, fillIn, linkOf, silent, type Asking } from "../fixtures/booking.ts";
import { day } from "../fixtures/day.ts";
import type { Mail } from "../fixtures/mail.ts";
import { address } from "../fixtures/owner.ts";
import { NAME, opened, PLACES, press } from "../fixtures/plan.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test.setTimeout(180_000);

/** The server looks every fifteen seconds who is to be reminded; and a moment for it to do so. */
const TURN_MS = 20_000;
const WHY = "Se anuncia lluvia";
const ACCEPT = "La nueva fecha me sirve";
const GIVE_BACK = "No puedo ir: anular la reserva";
const UNANSWERED = "no ha dicho si le sirve la fecha nueva";

/** Takes the first hour that there is. */
async function book(owner: Page, wanted: Asking) {
  await (await announced(owner, NAME)).click();
  await owner.getByRole("link", { name: "Reservar", exact: true }).click();
  await fillIn(owner, wanted);
  await press(owner, "Reservar");
  await expect(owner.locator("main")).toContainText("Hora reservada");
}

/** The day and the hour that a mail tells. */
function whenOf(mail: Mail): string {
  const when = /Día y hora: (.+)/.exec(mail.text)?.[1];
  if (!when) throw new Error(`no hour in ${mail.text}`);
  return when;
}

/** Calls it off, and tells both who booked. */
async function suspend(page: Page, sheet: string) {
  await page.goto(`${sheet}/plan`);
  await page.getByRole("link", { name: "Suspender", exact: true }).click();
  await expect(page.locator("main")).toContainText("2 reservas esperan este operativo");
  await expectAccessible(page);
  await shot(page, "plan-suspend");
  await page.locator("#reason").fill(WHY);
  await press(page, "Suspender");
  await expect(page.getByRole("status")).toContainText("Se avisó a 2 reservas");
  await expect(page.locator("main")).toContainText(`Suspendido: ${WHY}`);
}

/** Puts it on the next day at the same hour, and asks both whether that suits. */
async function putOff(page: Page, sheet: string) {
  await page.goto(`${sheet}/plan`);
  await page.getByRole("link", { name: "Reprogramar", exact: true }).click();
  await expect(page.locator("#starts")).toHaveValue(/^\d\d:\d\d$/);
  await page.locator("#day").fill(day(1));
  await expectAccessible(page);
  await press(page, "Reprogramar");
  await expect(page.getByRole("status")).toContainText("Se avisó a 2 reservas");
  await expect(page.locator("main")).toContainText("Se reprogramó: antes comenzaba el");
}

/** From the task to what the one without e-mail says by telephone, which ends the task. */
async function telephone(page: Page) {
  await page.goto("/coordinacion/tareas");
  await alive(page);
  const tasks = page.locator("main li.card", { hasText: "Llame a José" });
  const task = tasks.filter({ hasText: `${NAME} cambió de fecha` });
  await expect(task).toContainText("no dejó correo");
  await task.getByRole("link", { name: "Ver las reservas" }).click();
  await page.getByRole("link", { name: "Por llamar o escribir", exact: true }).click();
  const line = page.getByRole("row", { name: /José/ });
  await expect(line).toContainText(UNANSWERED);
  await expect(line, "how he is reached").toContainText("5678");
  await expect(page.getByRole("row", { name: /Ana María/ })).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "bookings-to-call");
  await page.getByRole("button", { name: /^Le sirve la fecha nueva: José/ }).click();
  await expect(page.getByRole("status")).toContainText("Quedó anotado que acepta");
  await expect(page.locator("main")).toContainText("No hay reservas en esta lista");
}

posted("who booked says whether a new date suits, and gives the place back", async (
  { page, own, browser, mail },
) => {
  const sheet = await opened(page, own);
  const [context, heard] = await silent(browser, own);
  const owner = await context.newPage();
  const told = owner.locator("main");
  const buttons = told.getByRole("button");
  const first = asking("Ana María", "Luna", address("fecha"));
  await book(owner, first);
  await book(owner, asking("José", "Toby", null));
  const booked = await mail.titled(first.email!, "Luna");

  await suspend(page, sheet);
  const off = await mail.titled(first.email!, "Suspendido");
  expect(off.text).toContain(`Motivo: ${WHY}.`);
  expect(off.text).toContain("Le guardamos el cupo de Luna");
  await owner.goto(linkOf(off));
  await expect(told).toContainText("El operativo se suspendió: por favor, no vaya por ahora");
  await expect(buttons, "there is no new date yet").toHaveText([GIVE_BACK]);

  await putOff(page, sheet);
  const moved = await mail.titled(first.email!, "cambió de fecha");
  const movedAt = Date.now();
  expect(moved.text).toContain("Díganos si la nueva fecha le sirve");
  expect(whenOf(moved)).not.toBe(whenOf(booked));
  const link = linkOf(moved);
  // Whoever opens the link sees what it is about, and has said nothing.
  await page.goto(link);
  await expectAccessible(page);
  await shot(page, "booking-new-date");
  await owner.goto(link);
  await expect(told).toContainText("El operativo cambió de fecha.");
  await expect(buttons).toHaveText([ACCEPT, GIVE_BACK]);
  const unanswered = `${sheet}/reservas?ver=sin-respuesta`;
  const line = page.getByRole("row", { name: /Ana María/ });
  await page.goto(unanswered);
  await expect(line).toContainText(UNANSWERED);
  await press(owner, ACCEPT);
  await expect(told).toContainText("Aceptó la nueva fecha");
  await page.goto(unanswered);
  await expect(page.getByRole("row", { name: /José/ })).toContainText(UNANSWERED);
  await expect(line).toHaveCount(0);
  await page.goto(`${sheet}/reservas`);
  await expect(line).toContainText("con reserva");
  await expect(line).not.toContainText(UNANSWERED);
  await telephone(page);

  // Where a reminder leads: it comes by the clock, and none beside the letter of a near date.
  const reminder = `${link}?aviso=1`;
  await page.goto(reminder);
  await expectAccessible(page);
  await owner.goto(reminder);
  await expect(told).toContainText("La hora está reservada");
  await expect(buttons, "one thing to say").toHaveText([GIVE_BACK]);
  const rest = owner.getByRole("link", { name: "Ver el boleto y las demás opciones" });
  expect(await rest.getAttribute("href")).not.toContain("?");
  await rest.click();
  await expect(owner.locator("main figure")).toBeVisible();
  await owner.goBack();
  // By then it was looked for who is to be reminded, and a letter would be written.
  await page.waitForTimeout(Math.max(0, movedAt + TURN_MS - Date.now()));
  await press(owner, GIVE_BACK);
  await expect(told).toContainText("Reserva anulada");
  await expect(buttons).toHaveCount(0);
  // What was written before this letter has left before it.
  await mail.titled(first.email!, "Anulada");
  const subjects = (await mail.of(first.email!)).map(({ subject }) => subject);
  expect(subjects, "nobody is reminded of what was just told").toHaveLength(4);
  expect(subjects.join("; ")).not.toContain("Recordatorio");
  await page.goto(`${sheet}/plan`);
  // Places, and of these booked, used, lent to phones and free.
  const figures = page.getByRole("row", { name: /^microchip/ }).locator("td[data-align=end]");
  const left = [PLACES, 1, 0, 0, PLACES - 1].map(String);
  await expect.poll(async () => (await figures.allTextContents()).slice(0, 5)).toEqual(left);
  expect(heard.broken(), "console, exceptions, foreign hosts of the owner").toEqual([]);
  await context.close();
});
