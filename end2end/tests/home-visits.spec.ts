// A team goes to the homes of those who book. Who holds the outreach, the team and the host's
// contact, reads by mail that it is announced, called off and put on another day, and follows the
// link; who booked is told where the team comes, and is never sent anywhere.
import type { Page } from "@playwright/test";
import { account } from "../fixtures/account.ts";
import { alive } from "../fixtures/alive.ts";
import { posted } from "../fixtures/apart.ts";
import { fileOf } from "../fixtures/ask.ts";
import { fillIn, linkOf, visitor, type Asking } from "../fixtures/booking.ts";
import { day, spelled } from "../fixtures/day.ts";
import type { Huella } from "../fixtures/huella.ts";
import { inOrder } from "../fixtures/in-order.ts";
import type { Mail, MailServer } from "../fixtures/mail.ts";
import { address, LONG_PERSON } from "../fixtures/owner.ts";
import { pdfText } from "../fixtures/pdf.ts";
import { press, publish, SHEET } from "../fixtures/plan.ts";
import { CHIPS, deed, joined, steps } from "../fixtures/planned.ts";
import { sit } from "../fixtures/seat.ts";
import { expect, test } from "../fixtures/test.ts";
import { run } from "../fixtures/visit.ts";

test.use({ viewport: { width: 1280, height: 800 } });
test.setTimeout(180_000);

const NAME = "Casa por casa en Población Ñuñorco";
const AREA = "Población Ñuñorco, de la calle 1 a la 9";
const HOST = "Agrupación Animalista Huellas del Norte";
const HOME = "Pasaje Los Copihues 55, depto. 3, block Ñandú";
const WHY = "Se anuncia lluvia";
const PET = "Ñusta";
const [FROM, TO] = ["10:00", "14:00"];
const [FIRST_DAY, NEW_DAY] = [5, 1];
const ACCEPT = "La nueva fecha me sirve";

/** Somebody who is told because they hold the outreach, with the reason that the letter gives. */
interface Concerned {
  email: string;
  reason: string;
}

/** Plans it with its host, for some days ahead; answers the path of its sheet. */
async function plan(page: Page, own: Huella): Promise<string> {
  await sit(page, own, "coordinacion", "/coordinacion/operativos/nuevo");
  await page.locator("#nombre").fill(NAME);
  await page.locator("#tipo").selectOption("home_visits");
  await page.locator("#dia").fill(day(FIRST_DAY));
  await page.locator("#desde").fill(FROM);
  await page.locator("#hasta").fill(TO);
  await page.locator("#lugar").fill(AREA);
  await page.locator("#anfitrion").selectOption({ label: HOST });
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(NAME);
  await expect(page).toHaveURL(SHEET);
  await alive(page);
  await expect(page.locator("main")).toContainText("Visitas a domicilio");
  const sheet = new URL(page.url()).pathname;
  await joined(page, sheet, "veterinarian", "operative");
  return sheet;
}

/** Its team, and with whom one speaks at its host. */
async function whoHolds(page: Page, own: Huella): Promise<Concerned[]> {
  await page.goto("/coordinacion/organizaciones");
  const contact = page.getByRole("row", { name: HOST }).locator("td").last();
  const team = "Le escribimos porque está en el equipo del operativo.";
  const host = `Le escribimos porque es el contacto de ${HOST}, que acompaña las visitas.`;
  return [
    { email: account(own, "veterinaria").email, reason: team },
    { email: account(own, "terreno").email, reason: team },
    { email: await contact.innerText(), reason: host },
  ];
}

/** The letter that each of them has with such a subject: it says what, when, and why to them. */
async function told(
  mail: MailServer,
  concerned: Concerned[],
  wanted: { subject: string; on: number; says: string[] },
): Promise<Mail[]> {
  const when = `el ${spelled(day(wanted.on))}, a las ${FROM}, hasta las ${TO}`;
  const letter = async ({ email, reason }: Concerned) => {
    const letter = await mail.titled(email, wanted.subject);
    const where = `Visitas a domicilio en: ${AREA}, Antofagasta`;
    const says = [where, `Día y hora: ${when}`, reason, ...wanted.says];
    for (const words of says) expect(letter.text, email).toContain(words);
    return letter;
  };
  return Promise.all(concerned.map(letter));
}

/** Opens a letter as a mail program shows it. */
async function open(page: Page, { html }: Mail, name: string) {
  await page.goto("about:blank");
  await page.setContent(html);
  await expect(page.locator("main")).toContainText(NAME);
  await inOrder(page, `letter-${name}`);
}

/** Opens a letter, and the page to which it leads. */
async function follow(page: Page, letter: Mail, { name, on }: { name: string; on: number }) {
  await open(page, letter, name);
  const link = page.getByRole("link", { name: "Ver el operativo" });
  expect(letter.text, "the same in plain text").toContain((await link.getAttribute("href"))!);
  await link.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(NAME);
  const date = spelled(day(on));
  await expect(page.locator("main")).toContainText(`${date}, ${FROM} a ${TO}`);
}

/** A place is booked: without the home nobody would come. */
async function book(owner: Page, wanted: Asking) {
  await owner.reload();
  await expect(owner.locator("main")).toContainText("Antes de la visita");
  await owner.getByRole("link", { name: "Reservar", exact: true }).click();
  await expect(owner.locator("main")).toContainText("El equipo va a esta dirección.");
  await fillIn(owner, wanted);
  await press(owner, "Reservar");
  const faults = owner.getByRole("alert");
  await expect(faults).toContainText("Falta revisar 2 datos");
  await expect(faults).toContainText("Falta este dato: dirección.");
  await expect(faults).toContainText("Falta este dato: comuna.");
  await inOrder(owner, "home-without-address");
  await owner.locator("#address").fill(HOME);
  await owner.locator("#commune").selectOption({ label: "Antofagasta" });
  await press(owner, "Reservar");
  const main = owner.locator("main");
  await expect(main).toContainText("Hora reservada");
  await expect(main).toContainText("En su casa");
  await expect(main).toContainText("El equipo va a su casa: muestre el código cuando llegue");
  await expect(main).toContainText("llega entre las horas de su reserva. Espérelo ahí");
  await expect(main, "nobody is sent anywhere").not.toContainText(AREA);
  await inOrder(owner, "home-ticket");
}

/** A letter to who booked is about the home, and sends nobody anywhere. */
function expectHome({ text }: Mail, ...says: string[]) {
  for (const words of ["Lugar: En su casa", "Antes de la visita:", ...says]) {
    expect(text).toContain(words);
  }
  for (const elsewhere of [AREA, "Antes de venir", "Al llegar"]) {
    expect(text).not.toContain(elsewhere);
  }
}

/** What the team takes along: to which door, who waits there, with which animal. */
async function readDaySheet(page: Page, sheet: string) {
  await page.goto(`${sheet}/hoja`);
  const homes = page.getByRole("table", { name: "Domicilios que se visitan" });
  const home = homes.getByRole("row", { name: HOME });
  for (const words of [FROM, LONG_PERSON.surnames, PET, "microchip"]) {
    await expect(home).toContainText(words);
  }
  await expect(home, "how they are reached").toContainText("5678");
  await inOrder(page, "home-day-sheet");
  const paper = (await pdfText(await fileOf(page, `${sheet}/hoja.pdf`))).join(" ");
  const printed = paper.replaceAll(/\s+/g, " ");
  expect(printed).toContain("Domicilios que se visitan");
  expect(printed.replaceAll(/\s/g, "")).toContain(HOME.replaceAll(/\s/g, ""));
}

posted("a team goes to homes, and all whom it concerns are told what becomes of it", async (
  { page, own, browser, mail },
) => {
  const concerned = await planHeld(page, own);
  const [context, heard] = await visitor(browser, own);
  // What is called off is at its address no more.
  heard.allow(/status of 404/);
  const owner = await context.newPage();
  const main = owner.locator("main");
  const { sheet, who } = concerned;

  const announced = await told(mail, who, {
    subject: `Se publicó el operativo ${NAME}: ${spelled(day(FIRST_DAY))}, ${FROM}`,
    on: FIRST_DAY,
    says: [`El operativo ${NAME} quedó publicado:`],
  });
  await follow(owner, announced.at(-1)!, { name: "host-published", on: FIRST_DAY });
  await expect(main).toContainText("Todavía no se puede reservar");
  const outreach = owner.url();

  await deed(page, sheet, "servicio", { ...CHIPS, capacity: "8" });
  await steps(page, sheet, "open");
  const wanted = { ...LONG_PERSON, run: run(), email: address("domicilio"), pet: PET };
  await book(owner, wanted);
  const booked = await mail.titled(wanted.email, PET);
  const waits = "llega entre las horas de su reserva. Espérelo ahí.";
  expectHome(booked, waits, "Cuando llegue el equipo muestre", "¿No va a estar, o prefiere otra");

  await deed(page, sheet, "suspender", { reason: WHY });
  const off = await told(mail, who, {
    subject: `Suspendido: el operativo ${NAME}`,
    on: FIRST_DAY,
    says: [
      `El operativo ${NAME} se suspendió: ese día no habrá visitas. Motivo: ${WHY}.`,
      "A quienes tenían una hora reservada les avisamos por separado.",
    ],
  });
  for (const { text } of off) expect(text, "there is nothing to see").not.toContain("/operativos/");
  await open(owner, off[0]!, "team-suspended");
  await expect(main.getByRole("link")).toHaveCount(0);
  const kept = await mail.titled(wanted.email, "Suspendido");
  expect(kept.text).toContain(`Le guardamos el cupo de ${PET}: el equipo no irá por ahora.`);
  await owner.goto(linkOf(kept));
  await expect(main).toContainText("El operativo se suspendió: el equipo no irá por ahora");
  await owner.goto(outreach);
  await expect(main).toContainText("Este operativo no está anunciado");
  await expect(main.getByRole("link", { name: "Ver, cambiar o anular mi hora" })).toBeVisible();
  await inOrder(owner, "outreach-not-announced");

  await deed(page, sheet, "reprogramar", { day: day(NEW_DAY), starts: FROM });
  const again = await told(mail, who, {
    subject: `El operativo ${NAME} cambió de fecha`,
    on: NEW_DAY,
    says: [`que era el ${spelled(day(FIRST_DAY))}, a las ${FROM}, cambió de fecha:`],
  });
  await follow(owner, again[0]!, { name: "team-moved", on: NEW_DAY });
  const moved = await mail.titled(wanted.email, "cambió de fecha");
  expectHome(moved, "Díganos si la nueva fecha le sirve");
  await owner.goto(linkOf(moved));
  await press(owner, ACCEPT);
  await expect(main).toContainText("Aceptó la nueva fecha");
  await readDaySheet(page, sheet);

  // Where a reminder leads: it comes by the clock.
  await owner.goto(`${linkOf(moved)}?aviso=1`);
  await expect(main).toContainText("La hora está reservada. El equipo va a su casa");
  await inOrder(owner, "home-reminded");
  expect(heard.broken(), "console, exceptions, foreign hosts of the owner").toEqual([]);
  await context.close();
});

/** It is planned and announced; its sheet, and who is told of it. */
async function planHeld(page: Page, own: Huella): Promise<{ sheet: string; who: Concerned[] }> {
  const sheet = await plan(page, own);
  const who = await whoHolds(page, own);
  await publish(page, sheet);
  return { sheet, who };
}
