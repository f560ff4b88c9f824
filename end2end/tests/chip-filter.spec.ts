// What is told of a chip that is read: by the list of the registry's chips when the server is away,
// and of one that another animal carries.
import type { Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import { letThrough, refuse } from "../fixtures/flood.ts";
import { UNREADY } from "../fixtures/prepared.ts";
import { register } from "../fixtures/register.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb, withoutServer,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(150_000);

/** The first chip of the demonstration, which an animal carries. */
const KNOWN = "999000000100001";
const WITHOUT_MAIL = { typed: "", meant: "" };
const PERHAPS = "Este microchip puede estar ya registrado";
const LIST = /^Lista de microchips: [\d.]+ números \(hoy, \d\d:\d\d\)$/;

/** To where a new dog's chip is asked for, at the outreach of the day. */
async function toTheChip(page: Page) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, "Lejos");
  await expect(page.locator("#chip")).toBeFocused();
  return thumb;
}

/** Reads a chip once, and waits until the register was asked and did not answer. */
async function readUnanswered(page: Page, number: string) {
  const away = page.waitForEvent("requestfailed", (request) => {
    return new URL(request.url()).pathname === "/api/v1/field/chip";
  });
  await page.locator("#chip").fill(number);
  await page.keyboard.press("Enter");
  await away;
}

/** The demonstration's first chip is somebody's; the register is asked while it can be. */
async function expectKnown(page: Page) {
  expect((await ownerOf(page, KNOWN)).animals).not.toEqual([]);
}

test("of two dogs whose chips are swapped both are told", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const [own, other] = [chip(), chip()];
  for (const [number, name] of [[own, "Propia"], [other, "Trocada"]] as const) {
    const visit = { document: run(), address: null, chip: number, name };
    expect((await register(page, visit)).outcome).toBe("accepted");
  }
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(own);
  // What is copied is the plain number.
  await expect(page.getByRole("button", { name: /Propia/ })).toContainText(own);
  await thumb.press(/Propia/);
  await thumb.tap(page.locator("label", { hasText: /^Microchip$/ }));
  await page.locator("#chip").fill(own);
  const notice = (title: string) => page.locator(".notice", { hasText: title });
  const carried = notice("Este animal tiene registrado otro microchip");
  const taken = notice("Este microchip ya está en otro animal");
  await expect(page.locator(".scan .value").first()).toHaveText(own);
  await expect(carried).toHaveCount(0);
  await page.locator("#chip").fill(other);
  await expect(carried).toContainText(own);
  await expect(taken).toContainText(/T···.* · perro · hembra · Antofagasta/);
  await expect(taken, "masked").not.toContainText("Trocada");
  await expectAccessible(page);
  await shot(page, "field-chip-swapped");
  await page.locator("#chip").fill(own);
  await expect(carried.or(taken)).toHaveCount(0);
});

test("a registered chip is told without the server, a free one is not", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  await expectKnown(page);
  await expect(page.getByText(LIST)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-chip-list");

  // The list is on the phone itself: it is there after a start without the server.
  await withoutServer(page, huella);
  await page.goto("/terreno");
  await expect(page.getByText("Sin señal", { exact: true })).toBeVisible();
  await expect(page.getByText(LIST)).toBeVisible();

  const thumb = await toTheChip(page);
  await readUnanswered(page, chip());
  await expect(page.getByText(PERHAPS)).toHaveCount(0);
  await readUnanswered(page, KNOWN);
  const notice = page.getByRole("alert").filter({ hasText: PERHAPS });
  await expect(notice).toContainText(/la lista de microchips de este teléfono \(hoy, \d\d:\d\d\)/);
  await expect(notice).toContainText("una vez en 65.000");
  await expectAccessible(page);
  await shot(page, "field-chip-perhaps");

  // It keeps nobody from going on.
  await page.locator("#chip").fill("");
  await page.locator("#chip").focus();
  await readChip(thumb, KNOWN);
  await expect(notice).toBeVisible();
  await keep(thumb);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();

  // What this phone itself has recorded needs no list: it says on which animal.
  await toTheChip(page);
  await page.locator("#chip").fill(KNOWN);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Lejos, registrado en este teléfono")).toBeVisible();
  await expect(page.getByText(PERHAPS)).toHaveCount(0);
  // Nobody's record of the demonstration gets a conflict from this.
  await page.close();
  await huella.serve();
});

test.describe("a phone that never got the list", () => {
  // A worker of the browser would stand between the page and what is done to its requests.
  test.use({ serviceWorkers: "block" });

  test("says so, and claims nothing of a chip", async ({ page, huella, silence }) => {
    silence.allow(/ERR_|Failed to load resource|Service Worker registration blocked/);
    await refuse(page, "/api/v1/field/chips");
    await begin(page, huella, "terreno");
    await expectKnown(page);
    await expect(page.getByText("todavía no está en este teléfono")).toBeVisible();
    await expectAccessible(page);
    await shot(page, "field-chip-list-missing");
    await page.getByRole("button", { name: "Preparar este operativo" }).tap();
    await expect(page.getByText(UNREADY)).toBeVisible();
    await expect(page.getByText("Falta la lista de microchips")).toBeVisible();
    await toTheChip(page);
    await huella.stop();
    await readUnanswered(page, KNOWN);
    await expect(page.getByText(PERHAPS)).toHaveCount(0);
    await huella.serve();
    await letThrough(page, "/api/v1/field/chips");
    await page.goto("/terreno");
    await expect(page.getByText(LIST)).toBeVisible();
    // This browser keeps no app, and the phone is not said to be ready for less.
    await expect(page.getByText(UNREADY)).toBeVisible();
    await expect(page.getByText("Falta la lista de microchips")).toHaveCount(0);
  });
});
