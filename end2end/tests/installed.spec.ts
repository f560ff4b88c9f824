// The app on a phone of its own: a browser finds it fit to be installed, and a visit waits on the
// screen while the browser gives the app no more room.
import type { Page } from "@playwright/test";
import { Installed } from "../fixtures/installed.ts";
import { Silence } from "../fixtures/silence.ts";
import { expect, expectAccessible, test as base } from "../fixtures/test.ts";
import {
  begin, chip, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

/** A phone that keeps what it was given, at no page yet. */
const test = base.extend<{ phone: Page }>({
  phone: async ({ huella }, use, info) => {
    const installed = await Installed.make(info, huella.origin);
    const page = await installed.open();
    const silence = new Silence(page.context());
    await use(page);
    await installed.end();
    expect(silence.broken(), "console, exceptions, foreign hosts of the phone").toEqual([]);
  },
});

test.use({ data: "demonstration" });
test.setTimeout(150_000);

/** Room for the app and its list of chips, and for little more, in bytes. */
const ROOM = 32 * 1024 * 1024;

test("a browser finds the app fit to be installed, with its icons", async ({ phone, huella }) => {
  await begin(phone, huella, "terreno");
  const session = await phone.context().newCDPSession(phone);
  const { url, errors, data } = await session.send("Page.getAppManifest");
  expect(new URL(url).pathname).toBe("/manifest.webmanifest");
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  expect(installabilityErrors).toEqual([]);
  const { icons } = JSON.parse(data!) as { icons: { src: string; sizes: string }[] };
  expect(icons.map(({ sizes }) => sizes)).toEqual(
    expect.arrayContaining(["192x192", "512x512"]),
  );
  for (const { src, sizes } of icons) {
    const drawn = await phone.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== "any") expect(drawn, src).toBe(sizes);
  }
});

/**
 * In the page: writes until nothing fits any more. Of what it was told there is, the browser gives
 * away for a while without asking again.
 */
async function useUp() {
  const opening = indexedDB.open("load", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("load", { autoIncrement: true });
  const database = await new Promise<IDBDatabase>((done, failed) => {
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });
  const fits = (bytes: number) => new Promise<boolean>((done) => {
    const writing = database.transaction("load", "readwrite");
    writing.oncomplete = () => done(true);
    writing.onabort = () => done(false);
    // So many may be asked for at once.
    const chance = crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65_536)));
    const load = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += chance.length) load.set(chance, at);
    writing.objectStore("load").put(load);
  });
  for (let bytes = 1_048_576; bytes >= 512;) {
    if (!(await fits(bytes))) bytes /= 2;
  }
  database.close();
}

test("a phone without room keeps the form, says so, and keeps the visit once there is some", async (
  { phone: page, huella },
) => {
  const session = await page.context().newCDPSession(page);
  const give = (quotaSize?: number) =>
    session.send("Storage.overrideQuotaForOrigin", { origin: huella.origin, quotaSize });
  await page.goto("/ingresar");
  await give(ROOM);
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, "Colmada");
  await readChip(thumb, chip());
  await thumb.press("Revisar");
  const keeps = page.getByRole("button", { name: "Guardar atención" });
  await expect(keeps).toBeVisible();
  await page.evaluate(useUp);
  // What the browser tidied up meanwhile is no room either.
  await give(1);
  await thumb.press("Guardar atención");
  await expect(page.getByRole("alert")).toContainText("Lo que escribe no se está guardando");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Revise antes de guardar");
  await expect(keeps).toBeEnabled();
  await expectAccessible(page);

  await give();
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await page.goto("/terreno/registros");
  await expect(page.locator(".rows li")).toHaveCount(1);
});
