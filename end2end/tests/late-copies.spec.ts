// What the server has not answered is sealed although sending worked until just now: the signal may
// be gone, and the app be closed before it learns that.
import type { Page } from "@playwright/test";
import { stored } from "../fixtures/store.ts";
import { expect, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

// Only so the page's own requests can be held.
test.use({ data: "demonstration", serviceWorkers: "block" });
test.setTimeout(120_000);

const WITHOUT_MAIL = { typed: "", meant: "" };

async function recorded(thumb: Thumb, name: string) {
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, name);
  await readChip(thumb, chip());
  await keep(thumb);
}

const copies = async (page: Page) => (await stored(page)).split("ephemeral").length - 1;

test("what is not answered soon is sealed, and at once when the app is left", async (
  { page, huella, silence },
) => {
  silence.allow(/Service Worker registration blocked/);
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await recorded(thumb, "Enviada");
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  expect(await copies(page), "what is answered costs nothing").toBe(0);

  // The network swallows what is sent: no request fails before it is given up.
  await page.route("**/api/v1/submissions", () => undefined);
  await recorded(thumb, "Tardía");
  await expect.poll(() => copies(page), { timeout: 15_000 }).toBe(1);

  await recorded(thumb, "Dejada");
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => copies(page), { timeout: 3_000 }).toBe(2);
});
