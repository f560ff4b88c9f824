// Two windows of the app on one visit at the same moment, and what is under way: nothing is lost,
// or said to be done before it is.
import type { Page } from "@playwright/test";
import {
  before, finish, heldPictures, images, OF_PAPER, take, TRACE,
} from "../fixtures/picture.ts";
import { draftHolds, type Held, heldRecords } from "../fixtures/store.ts";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import {
  begin, beginAlone, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(150_000);

const WITHOUT_MAIL = { typed: "", meant: "" };
const BEGUN = "Recuperamos lo que estaba escribiendo";
const THROWN = "Atención descartada";
/** As long as a withdrawal can be undone, in milliseconds. */
const UNDO_MS = 6_000;

/** How the page asks its scripts, and what lets one go that is held up. */
interface Bridge {
  huella: (script: string, act: string, ...words: string[]) => Promise<string>;
  release?: () => void;
}

/** The first answer to this act about this waits until it is let go. */
const hold = (page: Page, act: string, about: string) =>
  page.evaluate(([held, about]) => {
    const bridge = globalThis as unknown as Bridge;
    const { huella } = bridge;
    bridge.huella = async (script, act, ...words) => {
      const answer = await huella(script, act, ...words);
      if (act === held && words[0]!.startsWith(about) && !bridge.release) {
        await new Promise<void>((done) => {
          bridge.release = done;
          document.documentElement.dataset.held = "yes";
        });
      }
      return answer;
    };
  }, [act, about] as const);
const isHeld = (page: Page) =>
  expect(page.locator("html")).toHaveAttribute("data-held", "yes");
const letGo = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as Bridge).release!());

/** The visit of somebody new whose dog has a chip, at its last question. */
async function visited(thumb: Thumb, name: string) {
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, name);
  await readChip(thumb, chip());
}

test("a correction typed otherwise in a second window is there after a reload", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await visited(thumb, "Lunna");
  await keep(thumb);
  await page.goto("/terreno/registros");
  await thumb.tap(page.getByRole("link", { name: /^Lunna/ }));
  await thumb.press("Corregir los datos de Lunna");
  const name = page.getByLabel("Nombre del animal");
  await expect(name).toHaveValue("Lunna");
  const second = await page.context().newPage();
  const other = second.getByLabel("Nombre del animal");
  await second.goto("/terreno/visita");
  await expect(other).toHaveValue("Lunna");
  await page.bringToFront();
  await name.fill("Luna");
  await thumb.press("Guardar la corrección");
  await page.waitForURL((url) => url.pathname === "/terreno/registros");

  await second.bringToFront();
  await other.fill("Lunita");
  await draftHolds(second, "Lunita");
  await second.reload();
  await expect(other).toHaveValue("Lunita");
  await new Thumb(second).press("Guardar la corrección");
  await second.waitForURL((url) => url.pathname === "/terreno/registros");
  const states = async () => (await heldRecords(second)).map(({ state }) => state);
  await expect.poll(states).toEqual(["sent", "sent", "sent"]);
  const kinds = ({ body }: Held) =>
    JSON.parse(body).commands.map(({ command }: { command: string }) => command);
  const corrections = (await heldRecords(second)).slice(1);
  expect(corrections.map(kinds)).toEqual([["correct_animal"], ["correct_animal"]]);
  await second.goto("/terreno");
  await expect(second.getByRole("link", { name: "Nueva atención" })).toBeVisible();
});

test("of two windows that keep a visit at once each picture goes with its animal", async (
  { page, huella, silence },
) => {
  silence.allow(TRACE);
  await beginAlone(page, huella, silence);
  const thumb = await before(page, "Primera");
  await take(page, OF_PAPER);
  await thumb.press("Continuar");
  await readChip(thumb, chip());
  await draftHolds(page, "4,5");
  const second = await page.context().newPage();
  await second.goto("/terreno/visita");
  await expect(second.locator("#weight")).toHaveValue("4,5");
  const other = new Thumb(second);
  await other.press("Revisar");
  await other.press(/^Otro animal/);
  await newAnimal(other, "Segunda");
  await other.press("Volver");
  await take(second, OF_PAPER);
  await other.press("Continuar");
  await readChip(other, chip());
  await other.press("Revisar");
  // It has found no record of it, and has given its pictures to the one that it is about to write.
  await hold(second, "bind", "");
  await other.press("Guardar atención");
  await isHeld(second);
  await page.bringToFront();
  await keep(thumb);
  await second.bringToFront();
  await letGo(second);
  await expect(second.getByText("Otra ventana ya guardó esta atención")).toBeVisible();
  const [record] = await heldRecords(second);
  const whose = async () => (await heldPictures(second)).map(({ submission }) => submission);
  expect(await whose()).toEqual([record!.head.id, ""]);
  await other.press("Guardar atención");
  await expect(second.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  const ids = (await heldRecords(second)).map(({ head }) => head.id);
  expect(ids).toHaveLength(2);
  expect(await whose()).toEqual(ids);
  await huella.serve();
});

test("a window that opens takes no picture that is newer than what it has read", async (
  { page, huella, silence },
) => {
  silence.allow(TRACE);
  await beginAlone(page, huella, silence);
  const thumb = await before(page, "Barrida");
  const moment = await page.evaluate(() => String(Date.now()));
  await take(page, OF_PAPER);
  const sweep = (moment: string, ...animals: string[]) => page.evaluate(
    (words) => (globalThis as unknown as Bridge).huella("pictures", "sweep", ...words),
    [moment, ...animals],
  );
  // What it has read is of before the animal was on the table.
  await sweep(moment);
  await expect(images(page)).toHaveCount(1);
  await finish(thumb);

  // When it looked there was no record yet; that is written before it takes the picture back.
  await page.evaluate(() => {
    const { get } = IDBObjectStore.prototype;
    let isEarly = true;
    function early(this: IDBObjectStore, key: IDBValidKey) {
      const isIt = this.name === "submissions" && this.transaction.objectStoreNames.length === 2;
      const hides = isEarly && isIt;
      if (hides) isEarly = false;
      return get.call(this, hides ? "nowhere" : key);
    }
    Object.assign(IDBObjectStore.prototype, { get: early });
  });
  const [picture] = await heldPictures(page);
  const later = await page.evaluate(() => String(Date.now()));
  await sweep(later, picture!.animal);
  const [record] = await heldRecords(page);
  const whose = (await heldPictures(page)).map(({ submission }) => submission);
  expect(whose).toEqual([record!.head.id]);
  await huella.serve();
});

test("a visit that another window goes on with is not said to be thrown away", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await expect(page.getByLabel("Nombre del animal")).toBeFocused();
  await draftHolds(page, '"step":"animal"');
  await page.goto("/terreno");
  await expect(page.getByText(BEGUN)).toBeVisible();
  const second = await page.context().newPage();
  await second.goto("/terreno/visita");
  await second.getByLabel("Nombre del animal").fill("Seguida");
  await draftHolds(second, "Seguida");
  await page.bringToFront();
  const away = page.getByRole("button", { name: "Descartar" });
  await away.tap();
  await expect(page.getByText(/Seguida/), "what lies there now").toBeVisible();
  await expect(page.getByText(BEGUN)).toBeVisible();
  await expect(page.getByText(THROWN)).toHaveCount(0);
  await draftHolds(page, "Seguida");
  await away.tap();
  await expect(page.getByText(THROWN)).toBeVisible();
  await draftHolds(page, "Seguida", false);
});

test("of a visit that is being kept nothing is changed any more", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await visited(thumb, "Entera");
  await thumb.press("Revisar");
  await hold(page, "seal", "submissions ");
  await thumb.press("Guardar atención");
  await isHeld(page);
  for (const words of [/^Otro animal/, "Cambiar", "Volver", "Guardar atención"]) {
    await expect(page.getByRole("button", { name: words }).first()).toBeDisabled();
  }
  await expectAccessible(page);
  await letGo(page);
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
});

test.describe("a record that is not taken", () => {
  test.use({ serviceWorkers: "block" });

  test("and is withdrawn goes when the app is left", async ({ page, huella, silence }) => {
    silence.allow(/ERR_|Failed to load resource|Service Worker registration blocked/);
    await begin(page, huella, "terreno");
    const refused = { status: 400, json: { refusal: { reason: "unreadable" } } };
    await page.route("**/api/v1/submissions", (route) => route.fulfill(refused));
    const thumb = new Thumb(page);
    await visited(thumb, "Retirada");
    await keep(thumb);
    await expect(page.getByText("No aceptado: revíselo").first()).toBeVisible();
    await thumb.tap(page.getByRole("link", { name: "Ver qué pasó" }));
    const away = page.getByRole("button", { name: "Retirar", exact: true });
    await expect(away).toBeEnabled();
    // The while in which it can be undone does not end by itself.
    await page.evaluate((undo) => {
      const { setTimeout: set } = window;
      const held: (() => void)[] = [];
      const patient = (act: () => void, ms?: number) =>
        ms === undo ? held.push(act) : set(act, ms);
      Object.assign(window, { setTimeout: patient, endFirst: () => held.shift()!() });
    }, UNDO_MS);
    const told = page.getByText("Registro retirado");
    await away.tap();
    await page.getByRole("button", { name: "Deshacer" }).tap();
    await expect(told).toHaveCount(0);
    // What is said again has its own while, whenever that of before is over.
    await away.tap();
    await expect(told).toBeVisible();
    await expect(page.getByRole("button", { name: "Corregir", exact: true })).toBeDisabled();
    await page.evaluate(() => (globalThis as unknown as { endFirst: () => void }).endFirst());
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await expect(told).toBeVisible();
    expect(await heldRecords(page)).toHaveLength(1);
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
      Reflect.deleteProperty(document, "hidden");
    });
    await expect.poll(async () => (await heldRecords(page)).length).toBe(0);
    await expect(page.getByText("Este registro ya no está en el teléfono")).toBeVisible();
  });
});
