// The door of an outreach without signal: one ticket shown to two phones, and places given to who
// has no booking, as many as each phone was lent.
import type { Page } from "@playwright/test";
import { ask } from "../fixtures/ask.ts";
import type { Huella } from "../fixtures/huella.ts";
import { askToPair, inField, makeCode, pair } from "../fixtures/pairing.ts";
import { seat } from "../fixtures/seat.ts";
import { draftHolds } from "../fixtures/store.ts";
import { fieldSetup } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { keepShell } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(240_000);
test.beforeEach(({ silence }) => silence.allow(/ERR_|Failed to load resource/));

/** Places that a phone is lent of each kind. */
const LENT = 3;
const FIND = "Código, RUN o nombre";

interface Expected {
  line: string;
  offering: string;
  state: string;
}

/** A phone of the team at the door, with what it needs there. */
async function atTheDoor(phone: Page, huella: Huella, name: string) {
  const code = await makeCode(phone, huella);
  await inField(phone, huella);
  await askToPair(phone);
  await pair(phone, code, name);
  await expect(phone.getByText(new RegExp(`^Emparejado como «${name}»`))).toBeVisible();
  await keepShell(phone);
  await phone.getByRole("link", { name: "Llegadas" }).tap();
  await expect(phone.getByRole("heading", { level: 1, name: "Llegadas" })).toBeVisible();
  await expect(place(phone, LENT)).toBeVisible();
}

/** The button that gives a place for a chip while so many are left. */
const place = (phone: Page, left: number) =>
  phone.getByRole("button", { name: new RegExp(`^Microchip: dar un cupo, quedan? ${left}$`) });

/** The RUN of somebody who is expected for a chip, in what the phone takes along. */
async function someRun(page: Page): Promise<string> {
  const { outreaches } = await fieldSetup(page);
  for (const { outreach } of outreaches) {
    const path = `/api/v1/field/pack/${outreach.id}/bookings`;
    const expected = await ask<Expected[]>(page, path);
    const waits = ({ offering, state }: Expected) => offering === "chip" && state === "booked";
    const runs = expected.filter(waits).map(({ line }) => /:(\d+-[\dK])\t/i.exec(line)?.[1]);
    const run = runs.find((run) => run !== undefined);
    if (run) return run;
  }
  throw new Error("nobody is expected for a chip");
}

test("a ticket of two phones is accepted once, and each gives the places that it was lent", async (
  { page, browser, huella }, info,
) => {
  const { viewport, hasTouch, isMobile, locale, timezoneId } = info.project.use;
  const seen = { viewport, hasTouch, isMobile, locale, timezoneId, baseURL: huella.origin };
  const other = await (await browser.newContext(seen)).newPage();
  const phones = [[page, "Puerta norte"], [other, "Puerta sur"]] as const;
  for (const [phone, name] of phones) await atTheDoor(phone, huella, name);
  const run = await someRun(page);
  await expectAccessible(page);
  await shot(page, "arrivals");

  await huella.stop();
  for (const [phone] of phones) {
    await phone.getByLabel(FIND).fill("HTTPS://HUELLA.EXAMPLE/T/ABCDEFGH27");
    await expect(phone.getByText(/^Ninguna reserva con esos datos/)).toBeVisible();
    await phone.getByLabel(FIND).fill(run);
    await phone.getByRole("button", { name: "Llegó", exact: true }).tap();
    // The same phone says at once that it was shown before.
    await expect(phone.getByText("Este boleto ya entró")).toBeVisible();
    await expect(phone.getByText(/^Número \d+$/)).toBeVisible();
    await expect(phone.getByRole("button", { name: "Llegó", exact: true })).toHaveCount(0);
    for (let left = LENT; left > 0; left -= 1) await place(phone, left).tap();
    await expect(phone.getByRole("button", { name: /^Microchip: dar un cupo/ })).toHaveCount(0);
  }
  await expectAccessible(page);
  await shot(page, "arrivals-taken");

  await huella.serve();
  let [sent, compared] = [0, 0];
  for (const [phone] of phones) {
    await phone.goto("/terreno/registros");
    await phone.evaluate(() => window.dispatchEvent(new Event("online")));
    const rows = phone.getByRole("link", { name: /Llegada/ });
    const accepted = rows.filter({ hasText: "Enviado" });
    const conflict = rows.filter({ hasText: /Hay que comparar dos registros/ });
    const answered = async () => (await accepted.count()) + (await conflict.count());
    await expect.poll(answered, { timeout: 90_000 }).toBe(LENT + 1);
    sent += await accepted.count();
    compared += await conflict.count();
  }
  expect([sent, compared]).toEqual([2 * LENT + 1, 1]);
  await other.context().close();

  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  const card = page.locator("main li.card", { hasText: "Con este boleto ya entró alguien" });
  await expect(card).toHaveCount(1);
  await expectAccessible(page);
  await shot(page, "arrivals-conflict");
});

test("who came goes on to the visit with what was said when booking", async ({ page, huella }) => {
  await inField(page, huella);
  await page.getByRole("link", { name: "Llegadas" }).tap();
  await page.getByLabel(FIND).fill(await someRun(page));
  const name = await page.locator(".owner-card .card-title").first().textContent();
  await page.getByRole("button", { name: "Atender", exact: true }).first().tap();
  await expect(page).toHaveURL(/\/terreno\/visita$/);
  // Known to the register they are found there, else the form has what they said.
  const known = page.locator(".owner-card .card-title", { hasText: name! });
  const given = page.locator("#given");
  await expect(known.or(given).first()).toBeVisible();
  if (await given.isVisible()) {
    const typed = await given.inputValue();
    expect(name!.startsWith(typed) && typed.length > 0, name!).toBe(true);
    await draftHolds(page, typed);
  }
});
