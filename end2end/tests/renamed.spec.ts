// A phone that cannot read its own name and count any more: it is another device from then on, says
// so, and loses nothing. What it made before goes home as it was made.
import type { Page } from "@playwright/test";
import { ask } from "../fixtures/ask.ts";
import { countedOnce } from "../fixtures/coordinator.ts";
import { askToPair, inField, makeCode, pair } from "../fixtures/pairing.ts";
import { online } from "../fixtures/signal.ts";
import { copied, heldRecords, identity } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb, withoutServer,
} from "../fixtures/visit.ts";
import { shut } from "../fixtures/wake.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);
test.beforeEach(({ silence }) => silence.allow(/ERR_|Failed to load resource/));

const TOLD = "Este teléfono cuenta desde ahora como uno nuevo";
const SENT_WITHIN = { timeout: 60_000 };

/** What stands under a key of what the phone is; written anew when something is given. */
function meta(page: Page, key: string, value: string | null = null): Promise<unknown> {
  return page.evaluate(([key, value]) => new Promise((done, failed) => {
    const opening = indexedDB.open("huella");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const turn = opening.result.transaction("meta", "readwrite");
      const asked = turn.objectStore("meta").get(key);
      if (value !== null) turn.objectStore("meta").put(value, key);
      turn.oncomplete = () => {
        opening.result.close();
        done(asked.result);
      };
    };
  }), [key, value] as const);
}

/** The public half of the phone's own key. */
function key(page: Page): Promise<string> {
  return page.evaluate(async () => {
    type Scripts = { huella: (script: string, act: string) => Promise<string> };
    return (window as unknown as Scripts).huella("keys", "probe");
  });
}

/** A visit of somebody new with a chipped dog. */
async function visit(page: Page, number: string, name: string) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, name);
  await readChip(thumb, number);
  await keep(thumb);
}

/** Which device made each record, and the number that it sends; each with the phone's own. */
async function made(page: Page) {
  const held = await heldRecords(page);
  return held.map(({ head, body }) => {
    const { device, sequence } = JSON.parse(body) as { device: string; sequence: number };
    return { own: head.sequence, device, sequence };
  });
}

/** What the register knows of a chip. */
const status = async (page: Page, number: string) =>
  (await ask<{ status: string }>(page, "/api/v1/field/chip", { chip: number })).status;

test("a phone that lost its name is another one, and each record goes home once as it was made",
  async ({ page, huella }) => {
    const first = await makeCode(page, huella);
    await inField(page, huella);
    await askToPair(page);
    await pair(page, first, "Mesa roja");
    await expect(page.getByText(/^Emparejado como «Mesa roja»/)).toBeVisible();
    const [before, oldKey] = [await identity(page), await key(page)];
    await withoutServer(page, huella);
    const chips = [chip(), chip()];
    await visit(page, chips[0]!, "Antigua");
    await copied(page, 1);

    await meta(page, "identity", "{\"dev");
    await page.goto("/terreno");
    await expect(page.getByRole("heading", { name: TOLD })).toBeVisible();
    await expect(page.getByText("1 en el teléfono")).toBeVisible();
    await expect(page.getByText("Sin emparejar: funciona igual")).toBeVisible();
    await expectAccessible(page);
    await shot(page, "field-renamed");
    const now = await identity(page);
    expect(now).toMatchObject({ next: 1 });
    expect(now.device).not.toBe(before.device);
    await visit(page, chips[1]!, "Nueva");
    expect(await made(page), "no number comes twice under one name").toEqual([
      { own: 1, device: before.device, sequence: 1 },
      { own: 2, device: now.device, sequence: 1 },
    ]);
    await copied(page, 2);

    await huella.serve();
    await page.goto("/terreno/registros");
    await online(page);
    await expect(page.locator(".rows li", { hasText: "Enviado" })).toHaveCount(2, SENT_WITHIN);
    await expect(page.getByRole("heading", { name: "1 recibido, ninguno pendiente" }))
      .toBeVisible(SENT_WITHIN);
    await countedOnce(page, chips);

    const second = await makeCode(page, huella);
    await inField(page, huella);
    await page.getByRole("button", { name: "Ir a emparejarlo" }).tap();
    await expect(page.getByRole("heading", { name: "Este teléfono", exact: true })).toBeFocused();
    await askToPair(page);
    await pair(page, second, "Mesa roja");
    await expect(page.getByText(/^Emparejado como «Mesa roja»/)).toBeVisible();
    await expect(page.getByRole("heading", { name: TOLD })).toHaveCount(0);
    expect(await key(page), "no two devices have one key").not.toBe(oldKey);
    await page.reload();
    await expect(page.getByText(/^Emparejado como «Mesa roja»/)).toBeVisible();
    await expect(page.getByRole("heading", { name: TOLD })).toHaveCount(0);
    expect(await identity(page)).toMatchObject({ device: now.device, next: 2 });
  });

test("what waits goes home without the app too, as the device that made it", async (
  { page, huella },
) => {
  await inField(page, huella);
  await withoutServer(page, huella);
  const chips = [chip(), chip()];
  await visit(page, chips[0]!, "Antigua");
  // Nothing but its record tells any more what the phone was called.
  await meta(page, "identity", "[]");
  await page.goto("/terreno");
  await expect(page.getByRole("heading", { name: TOLD })).toBeVisible();
  await page.getByRole("button", { name: "Entendido" }).tap();
  await expect(page.getByRole("heading", { name: TOLD })).toHaveCount(0);
  await visit(page, chips[1]!, "Nueva");
  await copied(page, 2);
  const devices = (await made(page)).map(({ device }) => device);
  expect(new Set(devices).size).toBe(2);

  const wake = await shut(page);
  await huella.serve();
  await wake();
  // Of no page of the app: nothing but the worker sends, and a copy opens for its own device alone.
  await page.goto("/");
  const states = () => Promise.all(chips.map((number) => status(page, number)));
  await expect.poll(states, SENT_WITHIN).toEqual(["on_animal", "on_animal"]);
  await countedOnce(page, chips);
});
