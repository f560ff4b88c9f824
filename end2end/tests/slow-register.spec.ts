// A register that is slow, or does not answer this phone: what the phone itself has answers
// meanwhile. And a network that has gone, or come back, is told at once.
import type { Page } from "@playwright/test";
import { letThrough, refuse } from "../fixtures/flood.ts";
import { register } from "../fixtures/register.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip, newAnimal, newOwner, newVisit, run, Thumb } from "../fixtures/visit.ts";

// Only so the page's own requests can be held.
test.use({ data: "demonstration", serviceWorkers: "block" });
test.setTimeout(120_000);

/** The first chip of the demonstration, which an animal carries. */
const KNOWN = "999000000100001";
const SEARCH = "/api/v1/field/search";
/** Far less than until a request is given up (`REQUEST_TIMEOUT_MS` in offline/browser.rs). */
const SOON = { timeout: 15_000 };
const FROM_PACK = /^En este teléfono: fichas de este operativo, de hoy/;

test.beforeEach(({ silence }) => {
  silence.allow(/Service Worker registration blocked/);
});

/** Somebody whose card this phone has taken along, and the search that is open. */
async function prepared(page: Page, name: string) {
  const guest = { document: run(), address: null, chip: chip(), name };
  expect((await register(page, guest)).outcome).toBe("accepted");
  await page.getByRole("button", { name: "Preparar este operativo" }).tap();
  // This browser keeps no app, but the cards are here.
  await expect(page.getByText(/^Aún no está listo: [\d.]+ fichas?, de hoy/)).toBeVisible();
  await expect(page.getByText("Con señal", { exact: true })).toBeVisible();
  return guest;
}

test("a network that swallows the search holds nobody up", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const guest = await prepared(page, "Tragada");
  await page.route(`**${SEARCH}`, () => undefined);
  await newVisit(new Thumb(page));
  await page.getByLabel("Buscar a la persona").fill(guest.document);
  await expect(page.getByText("Buscando…")).toBeVisible();
  await expect(page.getByRole("button", { name: /Tragada/ })).toBeVisible(SOON);
  await expect(page.getByText(FROM_PACK)).toBeVisible();
  await expect(page.getByText("Con señal", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-search-slow");
});

test("what the register says late takes the place of what the phone knew", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const guest = await prepared(page, "Lenta");
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(`**${SEARCH}`, async (route) => {
    await held;
    await route.continue();
  });
  await newVisit(new Thumb(page));
  await page.getByLabel("Buscar a la persona").fill(guest.document);
  await expect(page.getByText(FROM_PACK)).toBeVisible(SOON);
  release();
  await expect(page.getByText(FROM_PACK)).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Lenta/ })).toHaveCount(1);
});

test("a register that has had enough leaves the phone its own cards", async (
  { page, huella, silence },
) => {
  silence.allow(/status of 4(01|29)/);
  await begin(page, huella, "terreno");
  const guest = await prepared(page, "Harta");
  await newVisit(new Thumb(page));
  const search = page.getByLabel("Buscar a la persona");
  const found = page.getByRole("button", { name: /Harta/ });
  await refuse(page, SEARCH);
  await search.fill(guest.document);
  await expect(found).toBeVisible();
  await expect(page.getByText(FROM_PACK)).toBeVisible();
  await expect(page.getByText("Hubo demasiados intentos seguidos")).toHaveCount(0);
  await letThrough(page, SEARCH);
  const signedOut = { status: 401, json: { refusal: { reason: "signed_out" } } };
  await page.route(`**${SEARCH}`, (route) => route.fulfill(signedOut));
  await search.fill(guest.chip);
  await expect(found).toBeVisible();
  await expect(page.getByText(FROM_PACK)).toBeVisible();
  await page.unroute(`**${SEARCH}`);
  await search.fill(guest.document);
  await expect(page.getByText(FROM_PACK)).toHaveCount(0);
  await expect(found).toBeVisible();
});

test("a chip that is known is told although the network swallows the question", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await expect(page.getByText(/^Lista de microchips: /)).toBeVisible();
  await page.route("**/api/v1/field/chip", () => undefined);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, "Dudosa");
  await expect(page.locator("#chip")).toBeFocused();
  await thumb.type(KNOWN);
  const perhaps = page.getByRole("alert").filter({ hasText: "puede estar ya registrado" });
  await expect(perhaps).toBeVisible(SOON);
});

test("a network that has gone is told at once, and so is its return", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  // It has nothing to send, and says how it stands.
  const said = page.waitForResponse((response) => response.url().endsWith("/api/v1/submissions"));
  await begin(page, huella, "terreno");
  await said;
  await expect(page.getByText("Con señal", { exact: true })).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText("Sin señal", { exact: true })).toBeVisible(SOON);
  await page.context().setOffline(false);
  await expect(page.getByText("Con señal", { exact: true })).toBeVisible(SOON);
});
