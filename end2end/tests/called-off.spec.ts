// A form that is open stays open: the outreach may be called off meanwhile, and what puts a record
// right needs none that was chosen.
import { apart } from "../fixtures/apart.ts";
import { day } from "../fixtures/day.ts";
import { visited } from "../fixtures/pin.ts";
import { spell } from "../fixtures/plan.ts";
import { deed, joined, planned, steps } from "../fixtures/planned.ts";
import { sit } from "../fixtures/seat.ts";
import { Silence } from "../fixtures/silence.ts";
import { online } from "../fixtures/signal.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, chooseOutreach, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const NAME = "Plaza Los Ñandúes";
const OFF = "Este operativo fue suspendido";
const WITHOUT_MAIL = { typed: "", meant: "" };

apart("a form stays when its outreach is called off, and is kept as of it", async (
  { page, own, browser }, info,
) => {
  await sit(page, own, "coordinacion", "/coordinacion");
  const [starts, ends] = spell();
  const sheet = await planned(page, { name: NAME, held_on: day(), starts, ends });
  await joined(page, sheet, "operative", "veterinarian");
  await steps(page, sheet, "publish");

  const { viewport, hasTouch, isMobile, locale, timezoneId } = info.project.use;
  const seen = { viewport, hasTouch, isMobile, locale, timezoneId, baseURL: own.origin };
  const context = await browser.newContext(seen);
  const silence = new Silence(context);
  // What lies in the register is not read for it any more.
  silence.allow(/status of 403/);
  const phone = await context.newPage();
  await sit(phone, own, "terreno", "/terreno");
  await chooseOutreach(phone, new RegExp(NAME));
  await expect(phone.getByText(OFF)).toHaveCount(0);
  const thumb = new Thumb(phone);
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await expect(phone.getByLabel("Nombre del animal")).toBeFocused();

  await deed(page, sheet, "suspender", { reason: "Viento" });
  const told = phone.waitForResponse((response) => response.url().endsWith("/field/setup"));
  await online(phone);
  expect(await (await told).text()).toContain("suspended");
  await newAnimal(thumb, "Ventolera");
  await readChip(thumb, chip());
  await keep(thumb);
  await expect(phone.getByText("Enviado", { exact: true })).toBeVisible();

  await phone.getByRole("link", { name: "Volver al inicio" }).tap();
  await expect(phone.getByText(OFF)).toBeVisible();
  await expectAccessible(phone);
  await shot(phone, "field-called-off");
  await phone.getByRole("button", { name: "Cambiar de operativo" }).tap();
  await expect(phone.getByRole("button", { name: new RegExp(NAME) })).toContainText(OFF);
  await expectAccessible(phone);
  expect(silence.broken(), "console, exceptions, foreign hosts of the phone").toEqual([]);
  await context.close();
});

test("what puts a record right needs no outreach that was chosen", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const [number, right] = [chip(), chip()];
  await visited(page, "Primera", number);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await visited(page, "Segunda", number);
  await expect(page.getByText(/Hay que comparar dos registros/)).toBeVisible();
  await page.goto("/terreno");
  await page.getByRole("button", { name: "Cambiar de operativo" }).tap();
  await page.getByRole("heading", { name: "¿En qué operativo está?" }).waitFor();

  await page.goto("/terreno/registros");
  const thumb = new Thumb(page);
  await thumb.tap(page.getByRole("link", { name: /Segunda/ }));
  await thumb.press("Corregir");
  await expect(page.locator("#chip")).toBeVisible();
  // Also when the app begins anew in the middle of it.
  await page.reload();
  for (const field of ["#chip", "#chip_repeated"]) {
    await page.locator(field).fill(right);
    await page.locator(field).press("Enter");
  }
  await expect(page.getByText("Coinciden")).toBeVisible();
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
});
