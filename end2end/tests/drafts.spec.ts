// A form that is half filled in, while the phone is slow to write it down: what was typed last is
// what is kept, and a visit is either half filled in or a record, never both.
import type { Page } from "@playwright/test";
import type { Huella } from "../fixtures/huella.ts";
import { draftHolds, type Held, heldRecords } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(120_000);

/** As long as the first writing that is asked for takes; each one after it takes less. */
const LATEST_MS = 1_500;
const SOONER_MS = 200;

/** How the page asks its scripts. */
interface Bridge {
  huella: (script: string, act: string, ...words: string[]) => Promise<string>;
}

/** From now on what is typed is sealed the later, the earlier it was typed. */
const slow = (page: Page) =>
  page.evaluate(([latest, sooner]) => {
    const bridge = globalThis as unknown as Bridge;
    const { huella } = bridge;
    let count = 0;
    bridge.huella = async (script, act, ...words) => {
      const isForm = act === "seal" && words[0] === "drafts visit";
      const ms = isForm ? latest - sooner * count : 0;
      if (isForm) count += 1;
      const answer = await huella(script, act, ...words);
      if (ms > 0) await new Promise((done) => setTimeout(done, ms));
      return answer;
    };
  }, [LATEST_MS, SOONER_MS] as const);

test("what was typed last is kept, whichever was sealed first", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(run());
  await thumb.press("Persona nueva");
  await expect(page.getByLabel("Nombres")).toBeFocused();
  await slow(page);
  await page.keyboard.type("Rosario");
  await page.waitForTimeout(LATEST_MS + SOONER_MS);
  await draftHolds(page, "Rosario");
  await page.reload();
  await expect(page.getByLabel("Nombres")).toHaveValue("Rosario");
});

test("what is still being written down does not come back beside its record", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, "Rezagada");
  await readChip(thumb, chip());
  await slow(page);
  await keep(thumb);
  await page.waitForTimeout(LATEST_MS + SOONER_MS);
  expect(await heldRecords(page)).toHaveLength(1);
  await page.goto("/terreno");
  await expect(page.getByRole("link", { name: /Rezagada/ })).toHaveCount(1);
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
  await expect(page.getByText("Recuperamos lo que estaba escribiendo")).toHaveCount(0);
});

test("what could not become a record is written down as it was", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, "Apretada");
  await readChip(thumb, chip());
  await thumb.press("Revisar");
  await draftHolds(page, '"step":"summary"');
  // The phone is full for what is large, and what was typed has gone.
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
      if (this.name === "submissions") throw new DOMException("full", "QuotaExceededError");
      return put.call(this, value, key);
    };
    const opening = indexedDB.open("huella");
    return new Promise<void>((done) => {
      opening.onsuccess = () => {
        const writing = opening.result.transaction("drafts", "readwrite");
        writing.objectStore("drafts").delete("visit");
        writing.oncomplete = () => {
          opening.result.close();
          done();
        };
      };
    });
  });
  await thumb.press("Guardar atención");
  await expect(page.getByText("Lo que escribe no se está guardando")).toBeVisible();
  await draftHolds(page, "Apretada");
  await draftHolds(page, '"outreach":"');
  await page.reload();
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
});

test("what is said to be kept is on the flash, and what is typed is not waited for", async (
  { page, huella },
) => {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...words) {
      const begun = transaction.apply(this, words);
      if (begun.mode === "readwrite") {
        seen.push([this.name, ...Array.from(begun.objectStoreNames), begun.durability].join(" "));
      }
      return begun;
    };
  });
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, "Firme");
  await readChip(thumb, chip());
  await keep(thumb);
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  const how = (words: RegExp) => [...new Set(seen.filter((one) => words.test(one)))]
    .map((one) => one.split(" ").at(-1));
  expect(how(/^huella .*submissions/).length, "it was written").toBeGreaterThan(0);
  for (const one of how(/^huella .*submissions/)) expect(one).toBe("strict");
  expect(how(/^huella drafts \w+$/)).toEqual(["default"]);
  for (const name of ["huella-vault", "huella-device", "huella-door", "huella-pictures"]) {
    for (const one of how(new RegExp(`^${name} `))) expect(one, name).toBe("strict");
  }
  expect(how(/^huella-vault /)).toEqual(["strict"]);
});

/** Another window on a visit that the first has kept, as it stood before. */
async function keptBeside(page: Page, huella: Huella, name: string): Promise<Page> {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, name);
  await readChip(thumb, chip());
  await draftHolds(page, "4,5");
  const second = await page.context().newPage();
  await second.goto("/terreno/visita");
  await expect(second.locator("#weight")).toHaveValue("4,5");
  await page.bringToFront();
  await keep(thumb);
  return second;
}

test("a visit that two windows have open is kept once", async ({ page, huella }) => {
  const second = await keptBeside(page, huella, "Gemela");
  // A weight is of a dose or a surgery: of a chip it says nothing, and this is that visit.
  await second.bringToFront();
  await second.locator("#weight").fill("4,6");
  await draftHolds(second, "4,6");
  await keep(new Thumb(second));
  await expect(second.getByText("Enviado", { exact: true })).toBeVisible();
  expect(await heldRecords(second)).toHaveLength(1);
  await second.goto("/terreno");
  await expect(second.getByRole("link", { name: "Nueva atención" })).toBeVisible();
  await expect(second.getByText("Recuperamos lo que estaba escribiendo")).toHaveCount(0);
});

test("what only the second window says is told, and kept beside the visit", async (
  { page, huella },
) => {
  const second = await keptBeside(page, huella, "Primera");
  await second.bringToFront();
  const other = new Thumb(second);
  await other.press("Volver");
  await second.getByLabel("Nombre del animal").fill("Primera Luna");
  await other.press("Continuar");
  await other.press("Revisar");
  await other.press(/^Otro animal/);
  await newAnimal(other, "Segunda");
  await readChip(other, chip());
  await other.press("Revisar");
  await other.press("Guardar atención");
  await expect(second.getByText("Otra ventana ya guardó esta atención")).toBeVisible();
  await expect(second.getByRole("heading", { name: "Atención guardada" })).toHaveCount(0);
  await expectAccessible(second);
  await shot(second, "field-kept-beside");
  await expect(second.locator("main")).not.toContainText("Primera Luna");
  await other.press("Guardar atención");
  await expect(second.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await expect(second.locator("main")).toContainText("Segunda");

  // What is said otherwise is the next thing, as the correction that it is.
  await other.tap(second.getByRole("link", { name: /^Seguir la atención/ }));
  await expect(second.getByLabel("Nombre del animal")).toHaveValue("Primera Luna");
  await other.press("Guardar la corrección");
  await second.waitForURL((url) => url.pathname === "/terreno/registros");
  const states = async () => (await heldRecords(second)).map(({ state }) => state);
  await expect.poll(states).toEqual(["sent", "sent", "sent"]);
  const [first, apart, correction] = await heldRecords(second);
  const kinds = ({ body }: Held) =>
    JSON.parse(body).commands.map(({ command }: { command: string }) => command);
  expect(kinds(first!)).toEqual(["register_owner", "register_animal", "record_service"]);
  expect(kinds(apart!)).toEqual(["register_animal", "record_service"]);
  expect(kinds(correction!)).toEqual(["correct_animal"]);
  await second.goto("/terreno");
  await expect(second.getByRole("link", { name: "Nueva atención" })).toBeVisible();
});
