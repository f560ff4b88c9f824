// The queue's page on a phone that holds more than a screen of records.
import { another } from "../fixtures/crowd.ts";
import { heldRecords, hold } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  beginAlone, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(120_000);

/** More than are drawn at first (`AT_FIRST` in the field app's records.rs). */
const RECORDS = 45;
const AT_FIRST = 40;
const FROM = 43_000_000;

test("a long queue shows the newest, finds the others and shows all of them", async (
  { page, huella, silence },
) => {
  await beginAlone(page, huella, silence);
  const thumb = new Thumb(page);
  const number = chip();
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, "Primera");
  await readChip(thumb, number);
  await keep(thumb);
  const [first] = await heldRecords(page);
  const copies = Array.from({ length: RECORDS - 1 }, (_, at) => another(first!, at + 1, FROM));
  await hold(page, copies, first!.head.sequence + RECORDS);

  await page.goto("/terreno/registros");
  const rows = page.locator(".rows li");
  const more = page.getByRole("button", { name: `Ver ${RECORDS - AT_FIRST} registros más` });
  await expect(rows).toHaveCount(AT_FIRST);
  await expect(more).toBeVisible();
  const oldest = page.locator(`.rows a[href$="${first!.head.id}"]`);
  await expect(oldest).toHaveCount(0);
  await expectAccessible(page);
  await more.scrollIntoViewIfNeeded();
  await shot(page, "field-queue-long");

  const search = page.getByLabel("Buscar por nombre, RUN o microchip");
  await search.fill(number);
  await expect(rows).toHaveCount(1);
  await expect(oldest).toBeVisible();
  await expect(more).toHaveCount(0);
  // Every word is to be there, in whichever order somebody says them.
  await search.fill("ñuñez primera josé");
  await expect(rows).toHaveCount(1);
  await expect(oldest).toBeVisible();
  await search.fill("primera nadie");
  await expect(rows).toHaveCount(0);
  await search.fill("");
  await expect(rows).toHaveCount(AT_FIRST);
  await more.tap();
  await expect(rows).toHaveCount(RECORDS);
  await expect(rows.nth(AT_FIRST)).toBeFocused();
  await expect(oldest).toBeVisible();
  await expect(more).toHaveCount(0);
  // The next test finds the server that it expects.
  await huella.serve();
});
