// Pictures of animals and papers: taken without a server, kept over a reload, sent after the record
// in pieces that are gone on with, and without what a camera writes beside them.
import { createHash } from "node:crypto";
import type { Page, Route } from "@playwright/test";
import {
  before, choose, counted, finish, images, OF_ANIMAL, OF_PAPER, parts, photograph, take,
  tellMore, TRACE,
} from "../fixtures/picture.ts";
import { seat } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { draftHolds, stored } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, withoutServer } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);
test.beforeEach(({ silence }) => silence.allow(/ERR_|Failed to load resource/));
test.beforeEach(({ silence }) => silence.allow(TRACE));

const PATH = "/api/v1/pictures";
const PIECE_BYTES = 65_536;
const MOST_BYTES = 409_600;
const LONGEST = 1_600;
const SENT_WITHIN = { timeout: 90_000 };
/** Longer than a picture that was given up can be brought back, in milliseconds. */
const GIVEN_UP_MS = 7_000;
/** What cameras and programs write beside a picture: application data beyond JFIF, comments. */
const isTelling = (marker: number) =>
  (marker > 0xe0 && marker < 0xf0 && marker !== 0xe2) || marker === 0xfe;

/** The sentence about what the server has, at the top of the records. */
const sentence = (page: Page) => page.locator(".notice-title").first();

interface Notice {
  id: string;
  kind: string;
  bytes: number;
  sha256: string;
}

/** What comes about from now on: "records" once they are answered, each "notice", each "piece". */
function heard(page: Page) {
  const acts: string[] = [];
  const notices = new Map<string, Notice>();
  const pieces = new Map<string, number[]>();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith(PATH)) return;
    const [id, from] = pathname.slice(PATH.length + 1).split("/");
    acts.push(from ? "piece" : "notice");
    if (from) {
      pieces.set(id!, [...(pieces.get(id!) ?? []), Number(from)]);
    } else {
      const notice = request.postDataJSON() as Notice;
      notices.set(notice.id, notice);
    }
  });
  page.on("response", (response) => {
    if (response.ok() && response.url().endsWith("/api/v1/submissions")) acts.push("records");
  });
  return { acts, notices, pieces };
}

test("pictures taken without a server go home after their record, and tell nothing else", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await withoutServer(page, huella);
  const thumb = await before(page, "Retratada");
  const photo = await photograph(page);
  expect(parts(photo).markers.some(isTelling), "a camera tells more").toBe(true);
  await take(page, OF_ANIMAL, photo);
  await take(page, OF_ANIMAL);
  await take(page, OF_PAPER);
  await expect(page.getByRole("img", { name: "Foto del animal 2" })).toBeVisible();
  await expect(page.getByRole("img", { name: "Papel 1" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-pictures");

  await take(page, OF_PAPER);
  await expect(page.getByText("Ya hay cuatro fotos.")).toBeVisible();
  await expect(page.getByRole("button", { name: OF_ANIMAL })).toBeDisabled();
  await expectAccessible(page);
  const remove = page.getByRole("button", { name: "Quitar: Papel 2" });
  await remove.tap();
  await expect(images(page)).toHaveCount(3);
  await page.getByRole("button", { name: "Deshacer" }).tap();
  await expect(images(page)).toHaveCount(4);
  await remove.tap();
  await expect(page.getByText("Foto quitada")).toBeVisible();
  await expect(images(page)).toHaveCount(3);

  await page.reload();
  await expect(images(page)).toHaveCount(3);
  const drawn = (image: HTMLElement) => (image as HTMLImageElement).naturalWidth > 0;
  for (const image of await images(page).all()) {
    await expect.poll(() => image.evaluate(drawn), "it opens again").toBe(true);
  }
  const held = await stored(page);
  expect(held.length).toBeGreaterThan(PIECE_BYTES);
  for (const clear of ["JFIF", "Exif"]) expect(held).not.toContain(clear);
  await finish(thumb);
  await page.goto("/terreno");
  await expect(page.getByRole("heading", { name: "3 fotos por enviar" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-pictures-waiting");

  // Here already when the server comes back: nothing that is under way is cut by a new page.
  await page.goto("/terreno/registros");
  await expect(sentence(page)).toBeVisible();
  const { acts, notices, pieces } = heard(page);
  await huella.serve();
  await online(page);
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente", SENT_WITHIN);
  await expect(page.getByText("Todo enviado")).toBeVisible();
  expect(await counted(page)).toBe("0 0 0");
  expect(acts.indexOf("records"), "the record goes first").toBeLessThan(acts.indexOf("notice"));
  expect([...notices.values()].map(({ kind }) => kind)).toEqual(["animal", "animal", "paper"]);

  await seat(page, huella, "coordinacion", "/coordinacion");
  for (const { id, bytes, sha256 } of notices.values()) {
    const all = Math.ceil(bytes / PIECE_BYTES);
    const whole = Array.from({ length: all }, (_, at) => at * PIECE_BYTES);
    expect(pieces.get(id), "each piece once").toEqual(whole);
    const answer = await page.request.get(`/fotos/${id}`);
    expect(answer.status()).toBe(200);
    const jpeg = await answer.body();
    expect(createHash("sha256").update(jpeg).digest("hex")).toBe(sha256);
    expect(jpeg.length).toBeLessThanOrEqual(MOST_BYTES);
    const { markers, width, height } = parts(jpeg);
    expect(markers.filter(isTelling), "nothing beside the picture").toEqual([]);
    expect(jpeg.includes("Exif")).toBe(false);
    // It stands upright, as the camera had only written beside it.
    expect(height / width).toBeCloseTo(4 / 3, 2);
    expect(height).toBeLessThanOrEqual(LONGEST);
  }
});

test("a picture whose server fell between two pieces is gone on with", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Cortada");
  await take(page, OF_ANIMAL);
  const { notices, pieces } = heard(page);
  let hasFallen = false;
  await page.route(`**${PATH}/*/*`, async (route) => {
    const isFirst = route.request().url().endsWith("/0");
    if (isFirst || hasFallen) return route.continue();
    hasFallen = true;
    await huella.kill();
    return route.abort("connectionreset");
  });
  await finish(thumb);
  await expect.poll(() => hasFallen, SENT_WITHIN).toBe(true);
  await page.getByRole("link", { name: "Volver al inicio" }).tap();
  await expect(page.getByRole("heading", { name: "1 foto por enviar" })).toBeVisible();
  await expect(page.getByText("Todo enviado")).toHaveCount(0);
  await huella.serve();
  await online(page);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  const [notice] = [...notices.values()];
  const froms = pieces.get(notice!.id)!;
  expect(froms.filter((from) => from === 0), "what had come is not sent again").toHaveLength(1);
  expect(froms.slice(0, 3)).toEqual([0, PIECE_BYTES, PIECE_BYTES]);
});

test("without consent there is no picture of the animal, and papers go all the same", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Reservada", false);
  await expect(page.getByText(/^No hay autorización para fotos/)).toBeVisible();
  await expect(page.getByRole("button", { name: OF_ANIMAL })).toHaveCount(0);
  await take(page, OF_PAPER);
  await expectAccessible(page);
  await shot(page, "field-pictures-forbidden");
  // Somebody who changes their mind, and changes it again.
  await thumb.press("Volver");
  await thumb.tap(page.getByText("Autoriza fotos"));
  await thumb.press("Continuar");
  await expect(images(page)).toHaveCount(1);
  await take(page, OF_ANIMAL);
  await thumb.press("Volver");
  await thumb.tap(page.getByText("Autoriza fotos"));
  await thumb.press("Continuar");
  await expect(page.getByText(/^No hay autorización para fotos/)).toBeVisible();
  expect(await counted(page)).toBe("0 0 2");
  const { notices } = heard(page);
  await finish(thumb);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  expect([...notices.values()].map(({ kind }) => kind)).toEqual(["paper"]);
});

test("what the browser itself writes beside a picture does not go with it", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Manzana");
  const photo = await photograph(page);
  await tellMore(page);
  await take(page, OF_ANIMAL, photo);
  const { notices } = heard(page);
  await finish(thumb);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
  const [notice] = [...notices.values()];
  await seat(page, huella, "coordinacion", "/coordinacion");
  const jpeg = await (await page.request.get(`/fotos/${notice!.id}`)).body();
  expect(createHash("sha256").update(jpeg).digest("hex")).toBe(notice!.sha256);
  expect(parts(jpeg).markers.filter(isTelling)).toEqual([]);
  expect(parts(jpeg).markers, "the plain header stays").toContain(0xe0);
});

test("the pictures of a visit that is thrown away go with it, and come back with it", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Descartada");
  await take(page, OF_ANIMAL);
  for (let back = 0; back < 3; back += 1) await thumb.press("Volver");
  await thumb.press("Descartar");
  await thumb.press("Deshacer");
  await draftHolds(page, "Descartada");
  await page.getByRole("link", { name: "Seguir la atención" }).tap();
  await page.getByLabel("Buscar a la persona").waitFor();
  expect(await counted(page)).toBe("0 0 1");
  await thumb.press("Volver");
  await thumb.press("Descartar");
  await expect(page.getByText("Atención descartada")).toBeVisible();
  await page.reload();
  await expect.poll(() => counted(page)).toBe("0 0 0");
});

test("a page of another network is no success, and what is refused waits for a person", async (
  { page, huella },
) => {
  await page.clock.install();
  await begin(page, huella, "terreno");
  type Answer = Parameters<Route["fulfill"]>[0];
  const foreign: Answer = { status: 200, contentType: "text/html", body: "<h1>Wi-Fi</h1>" };
  const refusal: Answer = { status: 422, json: { refusal: { reason: "photos_not_consented" } } };
  let answer = foreign;
  let asked = 0;
  await page.route(`**${PATH}`, (route) => {
    asked += 1;
    return route.fulfill(answer);
  });
  const thumb = await before(page, "Rechazada");
  await take(page, OF_ANIMAL);
  await finish(thumb);
  await expect.poll(() => asked, SENT_WITHIN).toBeGreaterThan(0);
  answer = { status: 200, json: { received: "all" } };
  let asks = asked;
  // Who is asked while a try is under way has no other before the next look at what waits.
  await online(page);
  await expect.poll(() => asked, SENT_WITHIN).toBeGreaterThan(asks);
  expect(await counted(page)).toBe("1 0 1");
  await page.goto("/terreno/registros");
  await expect(sentence(page)).toHaveText("1 recibido, 1 foto por enviar");

  answer = refusal;
  await online(page);
  const refused = { name: "1 foto no se pudo enviar", exact: true };
  await expect(page.getByRole("heading", refused)).toBeVisible(SENT_WITHIN);
  await expect(sentence(page)).toHaveText("1 recibido, 1 foto no se pudo enviar");
  await expect(page.getByText("1 por revisar")).toBeVisible();
  await expect(page.getByText(/^El registro no la aceptó/)).toBeVisible();
  await expect(page.getByText("Todo enviado")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-pictures-refused");
  // It waits again, also when it is tried at once.
  const giveUp = page.getByRole("button", { name: "Descartar: Foto del animal 1" });
  answer = foreign;
  await page.getByRole("button", { name: "Intentar de nuevo: Foto del animal 1" }).tap();
  await expect.poll(() => counted(page)).toBe("1 0 1");
  await expect(giveUp).toHaveCount(0);
  answer = refusal;
  asks = asked;
  await online(page);
  await expect.poll(() => asked, SENT_WITHIN).toBeGreaterThan(asks);
  await giveUp.tap();
  await page.getByRole("button", { name: "Deshacer: Foto del animal 1" }).tap();
  await expect(giveUp).toBeVisible();
  await page.clock.fastForward(GIVEN_UP_MS);
  // As long as giving it up would take.
  await page.waitForTimeout(1_000);
  expect(await counted(page)).toBe("0 1 1");
  await giveUp.tap();
  await expect(page.getByText("Foto quitada")).toBeVisible();
  await page.clock.fastForward(GIVEN_UP_MS);
  await expect.poll(() => counted(page), { timeout: 15_000 }).toBe("0 0 0");
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente");
});

test("who begins anew reads how many pictures are lost by it", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  await page.getByRole("button", { name: "Poner un PIN" }).tap();
  for (const name of ["PIN nuevo", "PIN nuevo, otra vez"]) {
    await page.getByLabel(name, { exact: true }).fill("802913");
  }
  await page.getByRole("button", { name: "Guardar el PIN" }).tap();
  await expect(page.getByText(/^Con PIN: /)).toBeVisible();
  await before(page, "Perdida");
  await take(page, OF_PAPER);
  await page.reload();
  await page.getByRole("button", { name: "Olvidé mi PIN" }).tap();
  await expect(page.getByText("1 foto que está solo en este teléfono se perderá.")).toBeVisible();
  await page.getByRole("button", { name: "Empezar de nuevo" }).tap();
  await expect(page.getByRole("button", { name: "Olvidé mi PIN" })).toHaveCount(0);
  await expect.poll(() => counted(page)).toBe("0 0 0");
});

test("a phone without room says that a picture was not kept, and keeps nothing of it", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await before(page, "Estrecha");
  const photo = await photograph(page);
  for (const way of ["throws", "aborts"]) {
    await page.evaluate((way) => {
      const { put } = IDBObjectStore.prototype;
      function full(this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
        const isPicture = this.transaction.db.name === "huella-pictures";
        if (isPicture && way === "throws") throw new DOMException("full", "QuotaExceededError");
        const request = put.call(this, value, key);
        if (isPicture) this.transaction.abort();
        return request;
      }
      const room = () => Object.assign(IDBObjectStore.prototype, { put });
      Object.assign(IDBObjectStore.prototype, { put: full });
      Object.assign(window, { room });
    }, way);
    await choose(page, OF_ANIMAL, photo);
    await expect(page.getByText(/^La foto no se guardó/)).toBeVisible();
    expect(await counted(page), way).toBe("0 0 0");
    await page.evaluate(() => (window as unknown as { room: () => void }).room());
    // The words of one try must not be taken for those of the next.
    await thumb.press("Continuar");
    await thumb.press("Volver");
  }
  await choose(page, OF_ANIMAL, Buffer.from("no picture"));
  await expect(page.getByText(/^Ese archivo no se pudo leer/)).toBeVisible();
  await take(page, OF_ANIMAL, photo);
  expect(await counted(page)).toBe("0 0 1");
  await finish(thumb);
  await expect.poll(() => counted(page), SENT_WITHIN).toBe("0 0 0");
});
