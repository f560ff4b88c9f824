// What the oldest browsers lack, as the README names them, is taken away from a young one.
import { prepare } from "../fixtures/prepared.ts";
import { expect, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(120_000);

test("a phone of before iOS 16 prepares its outreach, sends and signs out", async (
  { page, huella },
) => {
  await page.addInitScript(() => {
    for (const name of ["timeout", "any"]) Reflect.deleteProperty(AbortSignal, name);
  });
  await begin(page, huella, "terreno");
  expect(await page.evaluate(() => "timeout" in AbortSignal)).toBe(false);
  await prepare(page);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, "Veterana");
  await readChip(thumb, chip());
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await page.goto("/terreno");
  await page.getByRole("button", { name: "Salir" }).tap();
  await page.waitForURL((url) => !url.pathname.startsWith("/terreno"));
});
