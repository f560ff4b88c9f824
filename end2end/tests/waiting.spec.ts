// Hundreds of records wait on the phone: what is known of them is summed up for the next start, is
// read anew where that was damaged, and nothing counts as absent that was not read yet.
import type { Page } from "@playwright/test";
import { another } from "../fixtures/crowd.ts";
import { changeSummary, heldRecords, hold, noted, summary, type Held } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  beginAlone, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

/** More than one block of numbers holds (`BLOCK` in the field app's ledger.rs). */
const MANY = 300;
/** More than are read before the app is ready (`AT_ONCE` in its queue/reading.rs). */
const MORE = 120;
const AT_ONCE = 64;
/** As many rows of the list are drawn at first (`AT_FIRST` in its records.rs). */
const AT_FIRST = 40;
const FROM = 45_000_000;
const WITHOUT_MAIL = { typed: "", meant: "" };

/** A visit of somebody new up to the chip, which is read. */
async function filled(thumb: Thumb, name: string, number: string) {
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, name);
  await readChip(thumb, number);
}

/**
 * Has the phone hold so many records as an older app left them: nothing was summed up. They are
 * sealed, or lie in the open.
 */
async function holdMany(page: Page, count: number, isOpen = false): Promise<Held[]> {
  const thumb = new Thumb(page);
  await filled(thumb, "Primera", chip());
  await keep(thumb);
  const [first] = await heldRecords(page);
  const others = Array.from({ length: count - 1 }, (_, at) => another(first!, at + 1, FROM));
  await hold(page, others, first!.head.sequence + count, isOpen);
  return [first!, ...others];
}

/** The chip that a record put in, and the RUN of its owner. */
function told({ lines, form }: Held): { number: string; document: string } {
  const number = lines.map((line) => line.chip).find((one) => typeof one === "string");
  return { number: number as string, document: JSON.parse(form).owner.form.run };
}

/** Waits until the phone shows that it holds so many; `arrived` is done first on the page. */
async function lists(page: Page, count: number, arrived?: (page: Page) => Promise<void>) {
  await page.goto("/terreno/registros");
  await arrived?.(page);
  const more = page.getByRole("button", { name: `Ver ${count - AT_FIRST} registros más` });
  await expect(more).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("por leer")).toHaveCount(0);
  await expect(page.getByText(`${count} en el teléfono`)).toBeVisible();
}

/** Finds a record in the list, and its owner before a visit. */
async function finds(page: Page, record: Held) {
  const { number, document } = told(record);
  await page.getByLabel("Buscar por nombre, RUN o microchip").fill(number);
  const row = page.locator(`.rows a[href$="${record.head.id}"]`);
  await expect(page.locator(".rows li")).toHaveCount(1);
  await row.tap();
  const fact = page.locator(".summary-row", { hasText: "Número en este teléfono" });
  await expect(fact).toContainText(String(record.head.sequence));
  await page.goto("/terreno/visita");
  await page.getByLabel("Buscar a la persona").fill(document);
  const card = page.locator(".owner-card");
  await expect(card).toHaveCount(1);
  await expect(card.getByRole("listitem")).toHaveCount(1);
}

test("what waits is summed up for the next start, and a damaged sum hides nothing", async (
  { page, huella, silence },
) => {
  await beginAlone(page, huella, silence);
  const records = await holdMany(page, MANY);
  await lists(page, MANY);
  // Of the numbers below 256, and of those above.
  await expect.poll(() => summary(page), { timeout: 60_000 }).toMatch(/^\d+ \d+ 0 1$/);
  await lists(page, MANY);
  await finds(page, records[0]!);

  for (const change of ["block", "summary", "log"] as const) {
    await changeSummary(page, change);
    await lists(page, MANY);
    await finds(page, records[100]!);
    await expect.poll(() => summary(page), { timeout: 60_000 }).toMatch(/^\d+ \d+ 0 1$/);
  }
  // What an older app, in another window, writes beside it.
  const late = another(records[0]!, MANY, FROM);
  await hold(page, [late], records[0]!.head.sequence + MANY + 1);
  await lists(page, MANY + 1);
  await finds(page, late);
  // The next test finds the server that it expects.
  await huella.serve();
});

/**
 * From the next page on no records are read but those that come first, until the page is told to
 * go on: a slow phone, as long as the test wants it.
 */
async function slow(page: Page) {
  await page.addInitScript(() => {
    type Ask = (script: string, act: string, ...words: unknown[]) => Promise<unknown>;
    let ask: Ask | undefined;
    let [goOn, isBegun] = [() => {}, false];
    const going = new Promise<void>((done) => {
      goOn = done;
    });
    const held: Ask = async (script, act, ...words) => {
      const contents = words.filter((word) => String(word).startsWith("submissions "));
      const isReading = script === "vault" && act === "open" && contents.length > 1;
      if (isReading && isBegun) await going;
      isBegun ||= isReading;
      return ask!(script, act, ...words);
    };
    const set = (own: Ask) => {
      ask = own;
    };
    Object.defineProperty(window, "huella", { get: () => held, set });
    Object.assign(window, { goOn: () => goOn() });
  });
}

const goOn = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { goOn: () => void }).goOn());

test("who works while others are still to be read misses none of them", async (
  { page, huella, silence },
) => {
  await beginAlone(page, huella, silence);
  const records = await holdMany(page, MORE);
  // The last by identifier are read first.
  const [last] = records.sort((one, other) => (one.head.id < other.head.id ? -1 : 1));
  const { number, document } = told(last!);
  await slow(page);
  await page.goto("/terreno/registros");
  await expect(page.getByText(`Faltan por leer ${MORE - AT_ONCE} registros`)).toBeVisible();
  await expect(page.getByText(`${MORE} en el teléfono`), "all of them wait").toBeVisible();
  const search = page.getByLabel("Buscar por nombre, RUN o microchip");
  await search.fill(number);
  await expect(page.locator(".rows li")).toHaveCount(0);
  await expect(page.getByText("No hay registros con eso")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-queue-unread");

  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(document);
  await expect(page.getByText("Buscando…")).toBeVisible();
  await expect(page.getByText("No encontramos a nadie")).toHaveCount(0);
  await page.getByLabel("Buscar a la persona").fill("");
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, "Doble");
  await readChip(thumb, number);
  await expect(page.getByText("Faltan por leer")).toBeVisible();
  const taken = page.getByText("Este microchip ya está en otro animal");
  await expect(taken).toHaveCount(0);
  await expectAccessible(page);
  await thumb.press("Revisar");
  await thumb.press("Guardar atención");
  const saved = page.getByRole("heading", { name: "Atención guardada" });
  await expect(saved).toHaveCount(0);

  await goOn(page);
  await expect(taken).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("registrado en este teléfono")).toBeVisible();
  await expect(saved).toHaveCount(0);
  await keep(thumb);
  expect((await heldRecords(page)).length).toBe(MORE + 1);
  await lists(page, MORE + 1, goOn);
  await huella.serve();
});

/** From the next page on the browser makes no keys to keep; what it gives back of blocks counts. */
async function withoutKeys(page: Page) {
  await page.addInitScript(() => {
    type Make = (this: SubtleCrypto, what: { name?: string }, ...how: unknown[]) => unknown;
    const make = SubtleCrypto.prototype.generateKey as unknown as Make;
    const without: Make = function (what, ...how) {
      const isNone = what.name === "AES-KW";
      return isNone ? Promise.reject(new Error("not supported")) : make.call(this, what, ...how);
    };
    Object.defineProperty(SubtleCrypto.prototype, "generateKey", { value: without });

    type Ask = (script: string, act: string, ...words: unknown[]) => Promise<unknown>;
    let ask: Ask | undefined;
    let given = 0;
    const heard: Ask = async (script, act, ...words) => {
      const told = await ask!(script, act, ...words);
      given += act === "unfold" ? 1 : 0;
      return told;
    };
    const set = (own: Ask) => {
      ask = own;
    };
    Object.defineProperty(window, "huella", { get: () => heard, set });
    Object.assign(window, { blocksGiven: () => given });
  });
}

const blocksGiven = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { blocksGiven: () => number }).blocksGiven());

test("a browser that keeps no keys sums up too, and its log of changes does not grow", async (
  { page, huella, silence },
) => {
  await withoutKeys(page);
  await beginAlone(page, huella, silence);
  await expect(page.getByText(/^Sin PIN: /)).toBeVisible();
  await expect(page.getByRole("button", { name: "Poner un PIN" }), "it takes none").toHaveCount(0);
  const records = await holdMany(page, MORE, true);
  await lists(page, MORE);
  const isFolded = async () => {
    const { upto, left } = await noted(page);
    return upto > 0 && left.every((number) => number > upto);
  };
  await expect.poll(isFolded, { timeout: 60_000 }).toBe(true);
  await lists(page, MORE);
  await expect.poll(() => blocksGiven(page)).toBeGreaterThan(0);
  await finds(page, records[0]!);
  await huella.serve();
});
