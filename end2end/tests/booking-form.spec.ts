// The form that asks for a place, with the longest names, with everything wrong, with more animals
// than are taken, and where nothing is left, where nothing is booked; and one that comes again.
import { apart } from "../fixtures/apart.ts";
import { announced, asking, codeOf, fillIn, type Asking } from "../fixtures/booking.ts";
import { day } from "../fixtures/day.ts";
import { inOrder } from "../fixtures/in-order.ts";
import { LONG_PERSON, LONG_PET } from "../fixtures/owner.ts";
import { CHIPS, deed, planned, steps } from "../fixtures/planned.ts";
import { sit } from "../fixtures/seat.ts";
import { expect, test } from "../fixtures/test.ts";
import { run } from "../fixtures/visit.ts";
import type { Page } from "@playwright/test";

test.use({ data: "demonstration" });
test.setTimeout(180_000);
/** Chromium tells of every form that was refused. */
test.beforeEach(({ silence }) => silence.allow(/status of 422/));

const FREE = "Operativo en JJVV Villa Chica";
const FULL = "Esterilizaciones en Mejillones";
const LONG_EMAIL = `${"maria.guillermina.".repeat(3)}ah@example.cl.invalid`;

/** From the list of outreaches to the form of the first thing that is offered. */
async function toTheForm(page: Page, outreach: string, way: string) {
  await (await announced(page, outreach)).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(outreach);
  await page.getByRole("link", { name: way, exact: true }).first().click();
  await expect(page.locator("#run")).toBeVisible();
}

async function press(page: Page, name: string) {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Somebody whose names are as long as names may be, with an animal of such a name. */
async function fillWithLongest(page: Page) {
  await fillIn(page, { ...LONG_PERSON, run: run(), email: LONG_EMAIL, pet: LONG_PET });
}

/** An outreach of some days ahead that takes bookings: answers the path of its form. */
async function bookable(page: Page): Promise<string> {
  const when = { held_on: day(3), starts: "10:00", ends: "12:00" };
  const sheet = await planned(page, { name: "Sede Los Pimientos", ...when });
  await deed(page, sheet, "servicio", { ...CHIPS, capacity: "8" });
  await steps(page, sheet, "publish", "open");
  return `${sheet.replace("/coordinacion", "")}/reservar`;
}

/** Sends a form under the name of one that was sent before, as after the browser's way back. */
async function sendAgain(page: Page, form: string, name: string, wanted: Asking) {
  await page.goto(form);
  await fillIn(page, wanted);
  const hidden = page.locator('input[name="form"]');
  await hidden.evaluate((field: HTMLInputElement, text) => (field.value = text), name);
  await press(page, "Reservar");
}

test("the form holds the longest names and says what is wrong beside each", async ({ page }) => {
  await toTheForm(page, FREE, "Reservar");
  await inOrder(page, "booking-form");

  await page.locator("#run").fill("12.345.678-9");
  await page.locator("#email").fill("maria@");
  await page.locator("#phone").fill("12");
  await page.locator("#pet_name_1").fill(LONG_PET);
  await page.locator("#years_1").fill("99");
  await page.locator("#chip_2").fill("123");
  await press(page, "Reservar");
  await expect(page.getByRole("alert")).toContainText("Falta revisar");
  // Each line of the summary leads to its field.
  const first = page.getByRole("alert").getByRole("link").first();
  const field = (await first.getAttribute("href"))!;
  await first.click();
  await expect(page.locator(field)).toBeFocused();
  await expect(page.locator("#pet_name_1")).toHaveValue(LONG_PET);
  await inOrder(page, "booking-form-faults");

  await toTheForm(page, FREE, "Reservar");
  await fillWithLongest(page);
  await press(page, "Agregar otro animal");
  for (const place of [2, 3, 4]) {
    await page.locator(`#pet_name_${place}`).fill(LONG_PET);
    await page.locator(`#species_${place}`).selectOption("cat");
    await page.locator(`#sex_${place}`).selectOption("male");
    await page.locator(`#months_${place}`).fill("7");
  }
  await expect(page.locator("#given")).toHaveValue(LONG_PERSON.given);
  await inOrder(page, "booking-form-longest");
  await press(page, "Reservar");
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.locator("#surnames")).toHaveValue(LONG_PERSON.surnames);
  await expect(page.locator("#pet_name_4")).toHaveValue(LONG_PET);
  await inOrder(page, "booking-form-too-many");
});

test("where nothing is left the form says so, and keeps what was typed", async ({ page }) => {
  await toTheForm(page, FULL, "Anotarme en la lista de espera");
  await expect(page.getByRole("button", { name: "Reservar", exact: true })).toHaveCount(0);
  await fillWithLongest(page);
  await inOrder(page, "booking-form-full");
  await page.locator("#email").fill("");
  await page.locator("#phone").fill("");
  await page.locator("#given").fill("");
  await press(page, "Anotarme en la lista de espera");
  await expect(page.getByRole("alert")).toContainText("Falta revisar");
  await expect(page.locator("#surnames")).toHaveValue(LONG_PERSON.surnames);
  await expect(page.locator("#pet_name_1")).toHaveValue(LONG_PET);
  await inOrder(page, "booking-form-full-faults");
});

apart("a form that comes again is told what it has booked, and that it is over", async (
  { page, own },
) => {
  await sit(page, own, "coordinacion", "/coordinacion/organizaciones");
  const form = await bookable(page);
  await page.context().clearCookies();
  await page.goto(form);
  const rosa = asking("Rosa", "Luna", null);
  await fillIn(page, rosa);
  const name = await page.locator('input[name="form"]').inputValue();
  await press(page, "Reservar");
  const main = page.locator("main");
  await expect(main).toContainText("Hora reservada");
  const code = codeOf(page);

  await sendAgain(page, form, name, { ...rosa, pet: "Lunita" });
  const told = page.getByRole("alert");
  await expect(told).toContainText("Esta reserva ya estaba hecha");
  const mine = told.getByRole("link", { name: "Ver, cambiar o anular mi hora" });
  await expect(page.locator("#pet_name_1")).toHaveValue("Lunita");
  await inOrder(page, "booking-again");

  await mine.click();
  await page.locator("#code").fill(code);
  await page.locator("#document").fill(rosa.run.replaceAll(/[.-]/g, "").slice(-4));
  await press(page, "Ver mi hora");
  await press(page, "No puedo ir: anular la reserva");
  await expect(main).toContainText("Reserva anulada");
  await sendAgain(page, form, name, rosa);
  await expect(told).toContainText("Esa reserva ya no está vigente");
  await expect(page.locator("#pet_name_1")).toHaveValue(rosa.pet);
  await inOrder(page, "booking-ended");

  // The page that says so asks anew.
  await press(page, "Reservar");
  await expect(main).toContainText("Hora reservada");
  expect(codeOf(page)).not.toBe(code);
});
