// The form that asks for a place, with the longest names, with everything wrong, with more animals
// than are taken, and where nothing is left. Nothing is booked.
import { announced, fillIn } from "../fixtures/booking.ts";
import { inOrder } from "../fixtures/in-order.ts";
import { LONG_PERSON, LONG_PET } from "../fixtures/owner.ts";
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
