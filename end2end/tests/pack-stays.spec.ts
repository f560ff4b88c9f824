// What was taken along stays where nothing has come in its place: without signal nobody signs out,
// one tap drops no outreach, and cards that are taken anew come before the old ones go.
import type { Page } from "@playwright/test";
import { blocks, known, PAGES, toppedUp } from "../fixtures/pack.ts";
import { hasAllButPin, prepare, UNREADY } from "../fixtures/prepared.ts";
import { draftHolds } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chooseOutreach, newVisit, Thumb, withoutServer } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const DAY_MS = 86_400_000;

test("who cannot sign out for want of signal keeps what was taken along", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  await known(page, "Quedada");
  await prepare(page);
  const held = await blocks(page);
  await withoutServer(page, huella);
  const out = page.getByRole("button", { name: "Salir" });
  await out.tap();
  await expect(page.getByText("No se pudo salir: falta señal")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-sign-out-stays");
  expect(await blocks(page)).toBe(held);
  await expect(page.getByText(UNREADY), "it serves on, but for the PIN").toBeVisible();
  await huella.serve();
  // Nor does a page of another network sign anybody out.
  const portal = { status: 200, contentType: "text/html", body: "<h1>Wi-Fi</h1>" };
  await page.route("**/salir", (route) => route.fulfill(portal));
  await out.tap();
  await expect(page.getByText("No se pudo salir: falta señal")).toBeVisible();
  await expect(out).toBeEnabled();
  expect(await blocks(page)).toBe(held);
  await page.unroute("**/salir");
  await out.tap();
  await page.waitForURL((url) => !url.pathname.startsWith("/terreno"));
  expect(await blocks(page)).toBe(0);
});

test("one tap on another outreach takes nothing away", async ({ page, huella, silence }) => {
  silence.allow(/ERR_|status of 40\d/);
  await page.route("**/api/v1/field/setup", async (route) => {
    const response = await route.fetch();
    const setup = await response.json();
    const [own] = setup.outreaches ?? [];
    if (own) {
      const id = "0199a000-0000-7000-8000-000000000001";
      setup.outreaches.push({ ...own, outreach: { ...own.outreach, id, name: "Otro patio" } });
    }
    await route.fulfill({ response, json: setup });
  });
  await begin(page, huella, "terreno");
  const guest = await known(page, "Fija");
  await prepare(page);
  const held = await blocks(page);
  const change = page.getByRole("button", { name: "Cambiar de operativo" });
  await change.tap();
  await chooseOutreach(page, /Otro patio/);
  const offer = page.getByRole("button", { name: "Preparar este operativo" });
  await expect(offer, "of this one nothing is here").toBeVisible();
  await newVisit(new Thumb(page));
  await page.getByLabel("Buscar a la persona").fill(guest.document);
  await expect(page.getByText(/^En este teléfono: fichas/)).toHaveCount(0);
  await draftHolds(page, guest.document);
  await page.goto("/terreno");
  await page.getByRole("button", { name: "Descartar" }).tap();
  // Also when it is begun to be prepared, until something of it is here.
  const refused = { refusal: { reason: "not_your_outreach" } };
  await page.route(PAGES, (route) => route.fulfill({ status: 403, json: refused }));
  const answered = page.waitForResponse(PAGES);
  await offer.tap();
  await answered;
  await expect(offer).toBeEnabled();
  expect(await blocks(page)).toBe(held);
  await change.tap();
  await chooseOutreach(page, /Hoy/);
  await hasAllButPin(page);
  expect(await blocks(page)).toBe(held);
});

test("cards that are taken anew serve until the last of the new ones is here", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  const [gone, stays] = [await known(page, "Ausente"), await known(page, "Presente")];
  const own = { owners: [] as { id: string }[], lines: [] as string[], total: 1, gone: [] };
  await page.route(PAGES, async (route) => {
    const response = await route.fetch();
    const { owners, lines } = await response.json();
    const at = lines.findIndex((line: string) => line.includes(stays.chip));
    if (at >= 0) [own.owners, own.lines] = [[owners[at]], [lines[at]]];
    await route.fulfill({ response });
  });
  await prepare(page);
  await page.unroute(PAGES);
  expect(own.owners).toHaveLength(1);
  // The server answers the first page of everything, on which nobody is who was there before but
  // one; the second is lost on its way.
  let isCut = true;
  await page.route(PAGES, async (route) => {
    const asked = new URL(route.request().url()).searchParams;
    if (asked.has("after") && isCut) return route.abort("connectionreset");
    const json = { ...(await (await route.fetch()).json()), ...own };
    if (!asked.has("after")) {
      return route.fulfill({ json: { ...json, next: own.owners[0]!.id, anew: true } });
    }
    expect(asked.has("since"), "it is no top-up").toBe(false);
    return route.fulfill({ json: { ...json, owners: [], lines: [], next: null } });
  });
  const half = await toppedUp(page);
  for (const one of [gone, stays]) expect(half.split(one.chip), one.name).toHaveLength(2);
  await expect(page.getByText(UNREADY), "as before, but for the PIN").toBeVisible();
  isCut = false;
  const whole = await toppedUp(page);
  expect(whole).not.toContain(gone.chip);
  expect(whole.split(stays.chip)).toHaveLength(2);
  expect(await blocks(page)).toBe(1);
  await page.unroute(PAGES);
  await newVisit(new Thumb(page));
  await page.getByLabel("Buscar a la persona").fill(stays.document);
  await expect(page.getByRole("button", { name: /Presente/ })).toBeVisible();
});

/** How the page asks its scripts. */
interface Bridge {
  huella: (script: "pack", act: string, ...words: string[]) => Promise<string>;
}

/** By how much later it is kept once it was topped up for a day that is so much later. */
const putOff = (page: Page, ms: number) => page.evaluate(async (ms) => {
  const { huella } = window as unknown as Bridge;
  const { scope, until } = JSON.parse(await huella("pack", "state"));
  await huella("pack", "fetch", ...scope.split(" "), String(until + ms));
  return JSON.parse(await huella("pack", "state")).until - until;
}, ms);

/** How often what was taken along has gone, or has been begun anew. */
const drops = (page: Page) => page.evaluate(async () => {
  const { huella } = window as unknown as Bridge;
  return JSON.parse(await huella("pack", "state")).drops as number;
});

test("of an outreach that is put off it is kept until after the new day", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await known(page, "Postergada");
  await prepare(page);
  const [held, dropped] = [await blocks(page), await drops(page)];
  // Later, and earlier again; what the app itself fetches meanwhile goes first.
  for (const ms of [7 * DAY_MS, -DAY_MS]) await expect.poll(() => putOff(page, ms)).toBe(ms);
  // Who was registered just now comes again with what has changed since.
  expect(await blocks(page), "nothing of it goes").toBeGreaterThanOrEqual(held);
  expect(await drops(page)).toBe(dropped);
});
