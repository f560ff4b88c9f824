// What was tapped for the wrong person, or typed of the wrong chip, is taken back before it is
// written down, without signal.
import { inField } from "../fixtures/pairing.ts";
import { holdMoments, isOver } from "../fixtures/regret.ts";
import { heldRecords } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip, withoutServer } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(120_000);

/** As long as writing something down would take. */
const WRITTEN_MS = 1_000;

test("who was taken in by mistake is not in, and who is meant is", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await holdMoments(page);
  await inField(page, huella);
  await page.getByRole("link", { name: "Llegadas" }).tap();
  const arrived = page.getByRole("button", { name: "Llegó", exact: true });
  await expect(arrived.first()).toBeVisible();
  await page.goto("/terreno");
  await withoutServer(page, huella);
  await page.getByRole("link", { name: "Llegadas" }).tap();
  await expect(arrived.first()).toBeVisible();
  const expected = await arrived.count();
  const told = page.locator("#puerta > .scan");
  const undo = told.getByRole("button", { name: "Deshacer" });

  await arrived.first().tap();
  await undo.tap();
  await expect(told).toBeEmpty();
  await isOver(page);
  await page.waitForTimeout(WRITTEN_MS);
  expect(await heldRecords(page), "nothing was written down").toEqual([]);
  await expect(arrived).toHaveCount(expected);

  // Who is not taken back is in by and by, or as soon as somebody else is tapped.
  await arrived.first().tap();
  await expect(undo).toBeVisible();
  await shot(page, "arrivals-undo");
  await isOver(page);
  await expect(told).toContainText(/Número \d+|Llegada anotada/);
  expect(await heldRecords(page)).toHaveLength(1);
  await expectAccessible(page);
  await huella.serve();
});

test("a chip that was written off by mistake is in the box", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await holdMoments(page);
  await begin(page, huella, "terreno");
  const box = page.getByRole("link", { name: /^La caja: / });
  await expect(box).toBeVisible();
  await withoutServer(page, huella);
  await box.tap();
  const number = chip();
  const save = page.getByRole("button", { name: "Registrar que ya no está" });
  await page.locator("#loss_number").fill(number);
  await page.getByText("Perdido", { exact: true }).tap();
  await save.tap();
  await page.getByRole("button", { name: "Deshacer" }).tap();
  await isOver(page);
  await page.waitForTimeout(WRITTEN_MS);
  expect(await heldRecords(page)).toEqual([]);
  await expect(page.locator("#loss_number"), "to be put right").toHaveValue(number);
  await save.tap();
  await isOver(page);
  await expect(page.getByRole("heading", { name: "Registros de este teléfono" })).toBeVisible();
  expect(await heldRecords(page)).toHaveLength(1);
  await huella.serve();
});
