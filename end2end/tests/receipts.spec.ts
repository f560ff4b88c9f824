// What an answer of the server is worth: signed by a key that is known, written down before it
// counts, and never missed without need.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

// What a worker sends does not pass the routes of these tests.
test.use({ data: "demonstration", serviceWorkers: "block" });
test.setTimeout(150_000);
test.beforeEach(({ silence }) => silence.allow(/Service Worker registration blocked/));

const SUBMISSIONS = "**/api/v1/submissions";
const DAY_MS = 86_400_000;

async function visited(page: Page, name: string) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, name);
  await readChip(thumb, chip());
  await keep(thumb);
  return thumb;
}

async function isSent(page: Page) {
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
}

/** The sentence about what the server has, at the top of the records. */
const sentence = (page: Page) => page.locator(".notice-title").first();

test("a record that the server could not read raises no alarm once it is corrected", async (
  { page, huella, silence },
) => {
  silence.allow(/status of 400/);
  await begin(page, huella, "terreno");
  let isBroken = true;
  await page.route(SUBMISSIONS, (route) => {
    const refused = { status: 400, json: { refusal: { reason: "unreadable" } } };
    return isBroken ? route.fulfill(refused) : route.continue();
  });
  const thumb = await visited(page, "Ilegible");
  await expect(page.getByText("No aceptado: revíselo").first()).toBeVisible();
  isBroken = false;
  await thumb.tap(page.getByRole("link", { name: "Ver qué pasó" }));
  await thumb.press("Corregir");
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await isSent(page);
  await page.goto("/terreno/registros");
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente");
  // By day: the night after still belongs to the outreach's day.
  await page.clock.setFixedTime(Date.now() + 1.5 * DAY_MS);
  await page.goto("/terreno/registros");
  await expect(page.locator(".rows li")).toHaveCount(0);
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente");
  await expect(page.getByText(/Al servidor le falta/)).toHaveCount(0);
});

test("a server that tells no keys, or broken ones, does not end the check", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await visited(page, "Antes");
  await isSent(page);
  let isForged = true;
  const kid = "0123456789abcdef";
  const told = [[], [{ kid, key: "no-key" }]];
  await page.route("**/api/v1/field/setup", async (route) => {
    const response = await route.fetch();
    const setup = await response.json();
    if (isForged) setup.receipt_keys = told[0];
    await route.fulfill({ response, json: setup });
  });
  await page.route(SUBMISSIONS, async (route) => {
    const response = await route.fetch();
    const reply = await response.json();
    if (isForged) Object.assign(reply.receipt, { kid, stored_total: 99 });
    await route.fulfill({ response, json: reply });
  });
  const unsigned = page.getByText("Algo contestó sin la firma del servidor");
  await visited(page, "Falsa");
  await expect(unsigned).toBeVisible();
  told.shift();
  await page.reload();
  await expect(unsigned).toBeVisible();
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  isForged = false;
  await page.reload();
  await isSent(page);
  await expect(unsigned).toHaveCount(0);
});

test("a session that ended while a new key is asked for is told as that", async (
  { page, huella, silence },
) => {
  silence.allow(/status of 401/);
  await begin(page, huella, "terreno");
  await page.route("**/api/v1/field/setup", (route) =>
    route.fulfill({ status: 401, json: { refusal: { reason: "signed_out" } } }),
  );
  await page.route(SUBMISSIONS, async (route) => {
    const response = await route.fetch();
    const reply = await response.json();
    reply.receipt.kid = "0123456789abcdef";
    await route.fulfill({ response, json: reply });
  });
  await visited(page, "Cerrada");
  await expect(page.getByText("La sesión se cerró")).toBeVisible();
  await expect(page.getByText("Sin señal", { exact: true })).toHaveCount(0);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
});

test("an answer that cannot be written down is told, and asked for again", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    function full(this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
      const request = put.call(this, value, key);
      if (this.name === "answers") this.transaction.abort();
      return request;
    }
    const room = () => Object.assign(IDBObjectStore.prototype, { put });
    Object.assign(IDBObjectStore.prototype, { put: full });
    Object.assign(window, { room });
  });
  await visited(page, "Sin espacio");
  const told = page.getByText("no pudo anotar lo que contestó el servidor");
  await expect(told).toBeVisible();
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-unwritten");
  await page.evaluate(() => (window as unknown as { room: () => void }).room());
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(told).toHaveCount(0);
});
