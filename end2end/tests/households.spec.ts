// How many animals of one person and of one household are taken, and who goes first, as the plan
// says: it is announced, and who asks for more is told what to do, also somebody else of the home.
import type { Page } from "@playwright/test";
import { apart } from "../fixtures/apart.ts";
import { asking, fillIn, visitor, type Asking } from "../fixtures/booking.ts";
import { day } from "../fixtures/day.ts";
import { inOrder } from "../fixtures/in-order.ts";
import { LONG_PERSON } from "../fixtures/owner.ts";
import { press } from "../fixtures/plan.ts";
import { CHIPS, planned, steps } from "../fixtures/planned.ts";
import { sit } from "../fixtures/seat.ts";
import { expect, test } from "../fixtures/test.ts";
import { run } from "../fixtures/visit.ts";

test.use({ viewport: { width: 1280, height: 800 } });
test.setTimeout(120_000);
/** Chromium tells of every form that was refused. */
test.beforeEach(({ silence }) => silence.allow(/status of 422/));

const NAME = "Sede Ñandú, pocas horas";
const [PER_OWNER, PER_HOUSEHOLD, PLACES] = [2, 3, 4];
/** So many rows has the form. */
const ROWS = 3;
const STREET = "Pasaje Los Ñandúes 55";
/** The same home, as somebody else of it writes it. */
const SAME_STREET = "pasaje los ñandues 55";
const ELDERLY = "Tengo 60 años o más";
const BOOK = "Reservar";
const WAIT = "Anotarme en la lista de espera";

/** The rule is typed at the desk: less for a household than for a person cannot be. */
async function planRules(page: Page, sheet: string) {
  await page.goto(`${sheet}/plan/servicio?offering=chip`);
  await page.locator("#capacity").fill(String(PLACES));
  await page.locator("#minutes").fill(CHIPS.minutes);
  await page.locator("#per_owner").fill(String(PER_OWNER));
  const household = page.getByLabel("Máximo de animales por hogar");
  await household.fill(String(PER_OWNER - 1));
  await press(page, "Guardar");
  const faults = page.getByRole("alert");
  const words = "Máximo de animales por hogar: escriba un número dentro de lo posible.";
  await expect(faults).toContainText(words);
  await expect(household).toHaveValue(String(PER_OWNER - 1));
  await inOrder(page, "plan-household-refused");
  await household.fill(String(PER_HOUSEHOLD));
  await press(page, "Guardar");
  const taken = "hasta 2 animales por persona, hasta 3 animales por hogar";
  await expect(page.getByRole("row", { name: /^microchip/ })).toContainText(taken);
  await page.goto(`${sheet}/plan/datos`);
  await page.getByLabel("Preferencia").selectOption({ label: "Personas de 60 años o más" });
  await press(page, "Guardar");
  await expect(page.locator("main")).toContainText("Personas de 60 años o más");
}

/** Who asks, with so many animals, from this home. */
async function fill(
  owner: Page,
  wanted: Asking,
  { street, pets }: { street: string; pets: number },
) {
  await fillIn(owner, wanted);
  await owner.locator("#address").fill(street);
  await owner.locator("#commune").selectOption({ label: "Antofagasta" });
  await bring(owner, wanted.pet, pets);
}

/** So many animals stand in the form, and no more. */
async function bring(owner: Page, name: string, pets: number) {
  for (let place = 2; place <= ROWS; place += 1) {
    const isThere = place <= pets;
    await owner.locator(`#pet_name_${place}`).fill(isThere ? `${name} ${place}` : "");
    await owner.locator(`#species_${place}`).selectOption(isThere ? "cat" : "");
    await owner.locator(`#sex_${place}`).selectOption(isThere ? "male" : "");
  }
}

apart("who asks for more than one home may have is told what to do, and who goes first goes first",
  async ({ page, own, browser }) => {
    await sit(page, own, "coordinacion", "/coordinacion/organizaciones");
    // Half an hour: all come at one time, in which there is room for all of them.
    const when = { held_on: day(3), starts: "10:00", ends: "10:30" };
    const sheet = await planned(page, { name: NAME, ...when });
    await planRules(page, sheet);
    await steps(page, sheet, "publish", "open");
    const [context, heard] = await visitor(browser, own);
    const owner = await context.newPage();
    const main = owner.locator("main");
    const told = owner.getByRole("alert");
    const outreach = sheet.replace("/coordinacion", "");

    await owner.goto(outreach);
    for (const words of [
      "Hasta 2 animales por persona.",
      "Hasta 3 animales por hogar.",
      "Las personas de 60 años o más pasan primero en la lista de espera y al llamar.",
    ]) {
      await expect(main).toContainText(words);
    }
    await inOrder(owner, "outreach-rules");

    // More than one person may bring.
    const form = `${outreach}/reservar`;
    await owner.goto(form);
    const first = { ...LONG_PERSON, run: run(), email: null, pet: "Ñusta" };
    await fill(owner, first, { street: STREET, pets: 3 });
    await press(owner, BOOK);
    await expect(told).toContainText("Son más animales de los que se reciben");
    await expect(told).toContainText("Se reciben 2 animales por persona. Quite los demás");
    await expect(owner.locator("#pet_name_3")).toHaveValue("Ñusta 3");
    await inOrder(owner, "booking-too-many-of-one");
    await bring(owner, first.pet, 2);
    await press(owner, BOOK);
    await expect(main).toContainText("Hora reservada");

    // Somebody else of the same home: one more is taken, and not two.
    await owner.goto(form);
    const second = asking("José", "Toby", null);
    await fill(owner, second, { street: SAME_STREET, pets: 2 });
    await press(owner, BOOK);
    await expect(told).toContainText("Con estos datos no se puede dar otra hora aquí");
    await expect(told).toContainText("No se reservó nada.");
    await expect(told).toContainText("un máximo de animales por hogar");
    const mine = told.getByRole("link", { name: "Ver, cambiar o anular mi hora" });
    await expect(mine).toHaveAttribute("href", "/mi-hora");
    await expect(told, "whose home it is is not told").not.toContainText(STREET);
    await expect(owner.locator("#address")).toHaveValue(SAME_STREET);
    await inOrder(owner, "booking-household-full");
    await bring(owner, second.pet, 1);
    await press(owner, BOOK);
    await expect(main).toContainText("Hora reservada");

    // For two there is no room left: who is older waits before who came earlier.
    const line = [["Rosa", "Canela", false], ["Héctor", "Iris", true]] as const;
    for (const [given, pet, isElderly] of line) {
      await owner.goto(form);
      await fill(owner, asking(given, pet, null), { street: `Calle de ${given} 1`, pets: 2 });
      if (isElderly) await owner.getByLabel(ELDERLY).check();
      await press(owner, BOOK);
      await expect(told).toContainText("Ya no quedan cupos para todos sus animales");
      await press(owner, WAIT);
      await expect(main).toContainText("En lista de espera, lugar 1");
    }
    await page.goto(`${sheet}/reservas`);
    const older = page.getByRole("row", { name: /Héctor/ });
    const earlier = page.getByRole("row", { name: /Rosa/ });
    await expect(older).toContainText("lugar 1");
    await expect(older).toContainText("preferente");
    await expect(earlier).toContainText("lugar 2");
    await expect(earlier).not.toContainText("preferente");
    await inOrder(page, "bookings-priority");
    expect(heard.broken(), "console, exceptions, foreign hosts of the owner").toEqual([]);
    await context.close();
  });
