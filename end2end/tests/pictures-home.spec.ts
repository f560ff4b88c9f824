// Pictures that go home while nobody opens the phone: by the service worker, from copies that only
// the server opens, piece by piece; and once its PIN was forgotten.
import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import type { Huella } from "../fixtures/huella.ts";
import {
  before, counted, finish, heldPictures, OF_ANIMAL, OF_PAPER, take, TRACE,
} from "../fixtures/picture.ts";
import { choose, PIN, type } from "../fixtures/pin.ts";
import { online } from "../fixtures/signal.ts";
import { copied } from "../fixtures/store.ts";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { begin, keepShell } from "../fixtures/visit.ts";
import { shut } from "../fixtures/wake.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);
test.beforeEach(({ silence }) => silence.allow(/ERR_|Failed to load resource/));
test.beforeEach(({ silence }) => silence.allow(TRACE));

const SENT_WITHIN = { timeout: 90_000 };

/** Of how many pictures there is a copy. */
const copies = (page: Page) =>
  page.evaluate(() => new Promise<number>((done, failed) => {
    const opening = indexedDB.open("huella-copies");
    opening.onerror = () => failed(opening.error);
    opening.onupgradeneeded = () => opening.result.createObjectStore("pieces");
    opening.onsuccess = () => {
      const asked = opening.result.transaction("pieces").objectStore("pieces").count();
      asked.onsuccess = () => {
        opening.result.close();
        done(asked.result);
      };
    };
  }));

/** A visit with two pictures that waits on a phone with a PIN, without a server; what they are. */
async function waiting(page: Page, huella: Huella, name: string) {
  await begin(page, huella, "terreno");
  await choose(page, PIN);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await huella.stop();
  const thumb = await before(page, name);
  await take(page, OF_ANIMAL);
  await take(page, OF_PAPER);
  await finish(thumb);
  await copied(page, 1);
  await expect.poll(() => copies(page)).toBe(2);
  return heldPictures(page);
}

/** What the server has of a picture, as whoever is signed in on the page sees it. */
async function digest(page: Page, id: string): Promise<string> {
  const answer = await page.request.get(`/fotos/${id}`);
  if (!answer.ok()) return `status ${answer.status()}`;
  return createHash("sha256").update(await answer.body()).digest("hex");
}

test("pictures go home behind their record while the phone is shut", async ({ page, huella }) => {
  const held = await waiting(page, huella, "Dormida");
  const wake = await shut(page);
  await huella.serve();
  await wake();
  // A page of nobody's app: nothing but the worker sends.
  await page.goto("/");
  for (const { id, sha256 } of held) {
    await expect.poll(() => digest(page, id), SENT_WITHIN).toBe(sha256);
  }
  await page.goto("/terreno/registros");
  await type(page, PIN);
  await online(page);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  await expect(page.getByText("1 recibido, ninguno pendiente")).toBeVisible(SENT_WITHIN);
  for (const { id, sha256 } of held) expect(await digest(page, id)).toBe(sha256);
});

test("a forgotten PIN loses no picture of which there is a copy", async ({ page, huella }) => {
  const held = await waiting(page, huella, "Olvidadiza");
  // Nobody lets the worker send them before.
  await page.addInitScript(() => {
    Object.defineProperty(ServiceWorker.prototype, "postMessage", { value: () => undefined });
    const never = { register: async () => {} };
    Object.defineProperty(ServiceWorkerRegistration.prototype, "sync", { get: () => never });
  });
  await page.reload();
  await page.getByRole("button", { name: "Olvidé mi PIN" }).tap();
  await expect(page.getByText(/^Con su cuenta y con señal puede empezar/)).toBeVisible();
  await expect(page.getByText(/se perder/)).toHaveCount(0);
  await expectAccessible(page);
  await huella.serve();
  await page.getByRole("button", { name: "Empezar de nuevo" }).tap();
  await expect(page.getByText(/^Registro cerrado · /)).toBeVisible();
  await page.goto("/terreno/registros");
  await online(page);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  for (const { id, sha256 } of held) expect(await digest(page, id)).toBe(sha256);
});

test("pictures that wait are copied when the app is left, and copies go with them", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await keepShell(page);
  await page.route("**/api/v1/pictures", (route) => route.abort());
  const thumb = await before(page, "Lenta");
  await take(page, OF_ANIMAL);
  await finish(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  expect(await counted(page)).toBe("1 0 1");
  const leave = () => page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
    Reflect.deleteProperty(document, "hidden");
  });
  await leave();
  await expect.poll(() => copies(page)).toBe(1);
  await page.unroute("**/api/v1/pictures");
  await online(page);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  await leave();
  await expect.poll(() => copies(page), "nothing of them stays").toBe(0);
});
