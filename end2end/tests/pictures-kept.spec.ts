// Pictures that nothing loses: not a tab that begins while another keeps its visit, nor a browser
// that closes their store, nor an app that ends before their record is kept, nor another that is
// given up; and that nobody forgets.
import { gunzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import {
  before, counted, finish, heldPictures, images, OF_ANIMAL, OF_PAPER, take, TRACE,
} from "../fixtures/picture.ts";
import { register } from "../fixtures/register.ts";
import { online } from "../fixtures/signal.ts";
import { draftHolds, heldRecords } from "../fixtures/store.ts";
import { expect, test } from "../fixtures/test.ts";
import { begin, chip, keep, newAnimal, readChip, run, Thumb } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);
test.beforeEach(({ silence }) => silence.allow(/ERR_|Failed to load resource/));
test.beforeEach(({ silence }) => silence.allow(TRACE));

const PATH = "/api/v1/pictures";
const SENT_WITHIN = { timeout: 90_000 };
const DAY_MS = 86_400_000;
/** Longer than anything that was given up or withdrawn can be brought back, in milliseconds. */
const GIVEN_UP_MS = 7_000;
/** How often the app looks at what waits, in milliseconds. */
const HEARTBEAT_MS = 30_000;

/** How the page asks its scripts. */
interface Bridge {
  huella: (script: string, act: string, ...words: string[]) => Promise<string>;
}

/** Between pictures and their record, as it is kept, another tab begins with the visit's draft. */
const sweepBetween = (page: Page) =>
  page.evaluate(() => {
    const bridge = globalThis as unknown as Bridge;
    const { huella } = bridge;
    bridge.huella = async (script, act, ...words) => {
      const answer = await huella(script, act, ...words);
      if (act === "bind") {
        bridge.huella = huella;
        const [, , , , ...animals] = words;
        await huella("pictures", "sweep", String(Date.now()), ...animals);
      }
      return answer;
    };
  });

test("a tab that begins while another keeps its visit takes no picture from the record", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Compartida");
  await take(page, OF_ANIMAL);
  await expect(images(page)).toHaveCount(1);
  const notices: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith(PATH)) notices.push(request.url());
  });
  await sweepBetween(page);
  await finish(thumb);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  expect(notices.length, "it went to the server, and not away").toBeGreaterThan(0);
});

test("a picture of what only a second window has goes with what that one keeps", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Primera");
  await thumb.press("Continuar");
  await readChip(thumb, chip());
  await draftHolds(page, "4,5");
  const second = await page.context().newPage();
  // One that slept has heard nothing of the first when somebody keeps its visit.
  await second.addInitScript(() => {
    Object.defineProperty(BroadcastChannel.prototype, "onmessage", { set() {} });
  });
  await second.goto("/terreno/visita");
  await expect(second.locator("#weight")).toHaveValue("4,5");
  await page.bringToFront();
  await keep(thumb);

  await second.bringToFront();
  const other = new Thumb(second);
  await other.press("Revisar");
  await other.press(/^Otro animal/);
  await newAnimal(other, "Segunda");
  await other.press("Volver");
  await take(second, OF_PAPER);
  await other.press("Continuar");
  await readChip(other, chip());
  await other.press("Revisar");
  await other.press("Guardar atención");
  await expect(second.getByText("Otra ventana ya guardó esta atención")).toBeVisible();
  expect((await heldPictures(second)).map(({ submission }) => submission)).toEqual([""]);
  await other.press("Guardar atención");
  await expect(second.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await expect.poll(() => counted(second), SENT_WITHIN).toBe("0 0 0");
});

/** The app ends as it keeps a visit: its pictures are those of a record that is never written. */
const endBetween = (page: Page) =>
  page.evaluate(() => {
    const bridge = globalThis as unknown as Bridge;
    const { huella } = bridge;
    bridge.huella = async (script, act, ...words) => {
      const answer = await huella(script, act, ...words);
      if (act !== "bind") return answer;
      document.documentElement.dataset.ended = "yes";
      return new Promise<string>(() => {});
    };
  });

/** What is announced to the server from now on: each time the record and the kind of a picture. */
function announced(page: Page): { submission: string; kind: string }[] {
  const notices: { submission: string; kind: string }[] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith(PATH)) return;
    const { submission, kind } = request.postDataJSON() as { submission: string; kind: string };
    notices.push({ submission, kind });
  });
  return notices;
}

test("a picture whose record was never written is the visit's again, then its correction's", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const [taken, right] = [chip(), chip()];
  const other = { document: run(), address: null, chip: taken, name: "Anterior" };
  expect((await register(page, other)).outcome).toBe("accepted");
  await page.route(`**${PATH}`, (route) => route.abort());
  const thumb = await before(page, "Interrumpida");
  await take(page, OF_ANIMAL);
  await thumb.press("Continuar");
  await readChip(thumb, taken);
  await thumb.press("Revisar");
  await endBetween(page);
  await thumb.press("Guardar atención");
  await expect(page.locator("html")).toHaveAttribute("data-ended", "yes");
  expect(await counted(page), "it is of a record that is not there").toBe("1 0 1");
  await page.reload();
  await expect(page.getByRole("button", { name: "Guardar atención" })).toBeVisible();
  await expect.poll(() => counted(page)).toBe("0 0 1");
  expect(await heldRecords(page)).toEqual([]);
  for (let back = 0; back < 2; back += 1) await thumb.press("Volver");
  await expect(images(page)).toHaveCount(1);
  await page.unroute(`**${PATH}`);
  const notices = announced(page);
  await thumb.press("Continuar");
  await keep(thumb);

  // The record waits for a person now, and so does its picture, until it is that of a correction.
  await thumb.tap(page.getByRole("link", { name: "Ver qué pasó" }));
  await thumb.press("Corregir");
  for (const field of ["#chip", "#chip_repeated"]) {
    await page.locator(field).fill(right);
    await page.locator(field).press("Enter");
  }
  await expect(page.getByText("Coinciden")).toBeVisible();
  await thumb.press("Volver");
  await expect(images(page)).toHaveCount(1);
  expect(notices, "without its record it does not go").toEqual([]);
  await thumb.press("Continuar");
  await keep(thumb);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  const correction = (await heldRecords(page)).at(-1)!.head.id;
  expect(notices).toEqual([{ submission: correction, kind: "animal" }]);
});

test("of two pictures that were refused, giving up one leaves the other", async (
  { page, huella },
) => {
  await page.clock.install();
  await begin(page, huella, "terreno");
  const refusal = { status: 422, json: { refusal: { reason: "photos_not_consented" } } };
  await page.route(`**${PATH}`, (route) => route.fulfill(refusal));
  const thumb = await before(page, "Doble");
  for (const words of [OF_ANIMAL, OF_PAPER]) await take(page, words);
  await finish(thumb);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 2 2");
  await page.goto("/terreno/registros");
  const both = { name: "2 fotos no se pudieron enviar", exact: true };
  await expect(page.getByRole("heading", both)).toBeVisible();
  const giveUp = page.getByRole("button", { name: "Descartar: Foto del animal 1" });
  const again = page.getByRole("button", { name: "Intentar de nuevo: Papel 1" });
  const gone = page.getByText("Foto quitada");
  await giveUp.tap();
  await expect(gone).toBeVisible();
  // The list is drawn anew and offers it again: then it is not given up any more.
  await again.tap();
  await expect(giveUp).toBeVisible();
  await page.clock.fastForward(GIVEN_UP_MS);
  // As long as giving it up would take.
  await page.waitForTimeout(1_000);
  await online(page);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 2 2");
  await expect(again).toBeVisible();

  await giveUp.tap();
  await expect(gone).toBeVisible();
  await page.clock.fastForward(GIVEN_UP_MS);
  await expect.poll(() => counted(page), { timeout: 15_000 }).toBe("0 1 1");
  const one = { name: "1 foto no se pudo enviar", exact: true };
  await expect(page.getByRole("heading", one)).toBeVisible();
  await expect(images(page)).toHaveCount(1);
  await expect(giveUp).toHaveCount(0);
  await page.unroute(`**${PATH}`);
  const notices = announced(page);
  await again.tap();
  await online(page);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  expect(notices.map(({ kind }) => kind)).toEqual(["paper"]);
});

test("pictures that have waited for days are told where the day begins", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  let asked = 0;
  await page.route(`**${PATH}`, (route) => {
    asked += 1;
    return route.abort();
  });
  const thumb = await before(page, "Demorada");
  await take(page, OF_PAPER);
  await finish(thumb);
  // Then its record has gone home.
  await expect.poll(() => asked, SENT_WITHIN).toBeGreaterThan(0);
  await page.goto("/terreno");
  await expect(page.getByRole("heading", { name: "1 foto por enviar" })).toBeVisible();
  const overdue = page.getByText(/Hay registros o fotos sin enviar desde hace/);
  await expect(overdue).toHaveCount(0);
  await page.clock.setFixedTime(Date.now() + 3 * DAY_MS + 60_000);
  await page.goto("/terreno");
  await expect(overdue).toHaveText("Hay registros o fotos sin enviar desde hace 3 días");
});

test("the server hears how many pictures wait, and again once they have come", async (
  { page, huella },
) => {
  await page.clock.install();
  await begin(page, huella, "terreno");
  await page.route(`**${PATH}`, (route) => route.abort());
  const told: number[] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith("/api/v1/submissions")) return;
    const body = request.postDataBuffer()!;
    const text = body[0] === 0x1f ? gunzipSync(body) : body;
    told.push(JSON.parse(text.toString()).report.pictures);
  });
  const thumb = await before(page, "Contada");
  await take(page, OF_PAPER);
  await take(page, OF_PAPER);
  await finish(thumb);
  await expect.poll(() => told.at(-1), SENT_WITHIN).toBe(2);
  await page.unroute(`**${PATH}`);
  // By itself: the pictures with one look at what waits, the word of it with the same or the next.
  await expect(async () => {
    await page.clock.fastForward(HEARTBEAT_MS);
    await expect.poll(() => told.at(-1), { timeout: 5_000 }).toBe(0);
  }).toPass(SENT_WITHIN);
});

test("a record that cannot be removed keeps its pictures, and they go with it at last", async (
  { page, huella },
) => {
  await page.clock.install();
  await begin(page, huella, "terreno");
  const refused = { status: 400, json: { refusal: { reason: "unreadable" } } };
  await page.route("**/api/v1/submissions", (route) => route.fulfill(refused));
  const thumb = await before(page, "Retirada");
  await take(page, OF_PAPER);
  await finish(thumb);
  await expect(page.getByText("No aceptado: revíselo").first()).toBeVisible();
  await thumb.tap(page.getByRole("link", { name: "Ver qué pasó" }));
  await page.evaluate(() => {
    const { delete: remove } = IDBObjectStore.prototype;
    let isStuck = true;
    function stuck(this: IDBObjectStore, key: IDBValidKey) {
      if (isStuck && this.name === "submissions") {
        isStuck = false;
        throw new DOMException("stuck", "UnknownError");
      }
      return remove.call(this, key);
    }
    Object.assign(IDBObjectStore.prototype, { delete: stuck });
  });
  const withdraw = page.getByRole("button", { name: "Retirar", exact: true });
  const gone = page.getByText("Registro retirado");
  await withdraw.tap();
  await expect(gone).toBeVisible();
  await page.clock.fastForward(GIVEN_UP_MS);
  await expect(page.getByText("El registro no se pudo retirar")).toBeVisible({ timeout: 15_000 });
  await expect(gone).toHaveCount(0);
  expect(await counted(page)).toBe("1 0 1");
  expect((await heldRecords(page)).length).toBe(1);

  await withdraw.tap();
  await expect(gone).toBeVisible();
  await page.clock.fastForward(GIVEN_UP_MS);
  await expect.poll(() => counted(page), { timeout: 15_000 }).toBe("0 0 0");
  expect((await heldRecords(page)).length).toBe(0);
});

test("a visit is not kept while its pictures cannot be given to it", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Suelta");
  await take(page, OF_PAPER);
  await thumb.press("Continuar");
  await readChip(thumb, chip());
  await thumb.press("Revisar");
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    function stuck(this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
      if (this.name === "facts") throw new DOMException("stuck", "UnknownError");
      return put.call(this, value, key);
    }
    Object.assign(IDBObjectStore.prototype, { put: stuck });
    Object.assign(window, { free: () => Object.assign(IDBObjectStore.prototype, { put }) });
  });
  await thumb.press("Guardar atención");
  await expect(page.getByRole("alert")).toContainText("Lo que escribe no se está guardando");
  await expect(page.getByRole("button", { name: "Guardar atención" })).toBeEnabled();
  expect(await heldRecords(page)).toEqual([]);
  expect(await counted(page)).toBe("0 0 1");
  await page.evaluate(() => (window as unknown as { free: () => void }).free());
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
});

test("a store that the browser has closed behind the app is opened anew", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Dormida");
  await page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    const names = ["huella-pictures", "huella-vault"];
    function closed(this: IDBDatabase, stores: string | string[], mode?: IDBTransactionMode) {
      const at = names.indexOf(this.name);
      if (at >= 0) {
        // As after a while in the background: no event tells of it.
        names.splice(at, 1);
        this.close();
      }
      return transaction.call(this, stores, mode);
    }
    Object.assign(IDBDatabase.prototype, { transaction: closed });
  });
  await take(page, OF_PAPER);
  await finish(thumb);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
});
