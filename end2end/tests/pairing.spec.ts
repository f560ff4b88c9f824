// A phone becomes a named device: the coordinator makes a code, the phone makes a key and signs,
// and what is refused is said in words.
import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { alive } from "../fixtures/alive.ts";
import { askToPair, CODE, inField, makeCode, pair, PAIR } from "../fixtures/pairing.ts";
import { seat } from "../fixtures/seat.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test.use({ data: "demonstration" });
test.setTimeout(150_000);

const PHONES = "/coordinacion/telefonos";

/** Whether a script can read the private half, and how the public one begins when hashed. */
async function ownKey(page: Page): Promise<{ isReadable: boolean; print: string }> {
  const { isReadable, x } = await page.evaluate(async () => {
    const opening = indexedDB.open("huella-device", 1);
    await new Promise((done) => (opening.onsuccess = done));
    const reading = opening.result.transaction("keys").objectStore("keys").get("device");
    await new Promise((done) => (reading.onsuccess = done));
    const { privateKey, publicKey } = reading.result as CryptoKeyPair;
    const { x } = await crypto.subtle.exportKey("jwk", publicKey);
    const exported = crypto.subtle.exportKey("pkcs8", privateKey);
    return { isReadable: await exported.then(() => true, () => false), x: x! };
  });
  const digest = createHash("sha256").update(Buffer.from(x, "base64url")).digest("hex");
  return { isReadable, print: digest.slice(0, 16) };
}

test("a phone is paired by a code, and the coordination sees for what and with which key", async (
  { page, huella, browser, silence },
) => {
  silence.allow(/Failed to load resource/);
  const code = await makeCode(page, huella);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("img", { name: "Código QR: el mismo código" })).toBeVisible();
  await expect(dialog).toContainText(/Sirve para un teléfono, hasta las \d\d:\d\d\./);
  await expectAccessible(page);
  await shot(page, "pairing-code");

  await inField(page, huella);
  await expect(page.getByText("Sin emparejar: funciona igual")).toBeVisible();
  await askToPair(page);
  await expectAccessible(page);
  await shot(page, "pairing-form");
  await pair(page, "123", "Mesa azul");
  const field = page.getByLabel("Código de coordinación");
  await expect(field).toHaveAccessibleDescription(/El código tiene ocho letras y números/);
  await expect(field).toBeFocused();
  await pair(page, "ZZZZ-ZZZZ", "Mesa azul");
  await expect(field).toHaveAccessibleDescription(/No hay ninguna invitación con ese código\./);
  await pair(page, code, " ");
  await expect(page.getByLabel("Nombre del teléfono"))
    .toHaveAccessibleDescription(/Falta este dato/);
  await expectAccessible(page);
  await shot(page, "pairing-refused");
  // However it is written.
  await pair(page, code.toLowerCase().replace("-", " "), "Mesa azul");
  const standing = page.getByText(/^Emparejado como «Mesa azul» para Operativo de hoy/);
  await expect(standing).toBeVisible();
  await expect(page.getByRole("button", { name: PAIR })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "pairing-paired");
  const key = await ownKey(page);
  expect(key.isReadable, "no script reads the private half").toBe(false);
  await page.reload();
  await expect(standing).toBeVisible();

  await seat(page, huella, "coordinacion", PHONES);
  const row = page.locator("tbody tr", { hasText: "Mesa azul" });
  await expect(row).toContainText(/Operativo de hoy.*, hasta el/);
  await row.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mesa azul");
  await expect(page.getByText(key.print, { exact: true }).first()).toBeVisible();
  const history = page.locator(".chronicle li", { hasText: "Teléfono emparejado" });
  await expect(history).toContainText("Terreno (demostración)");
  await expectAccessible(page);
  await shot(page, "pairing-sheet");

  // The same code in another phone.
  const context = await browser.newContext({ baseURL: huella.origin, hasTouch: true });
  const other = await context.newPage();
  await inField(other, huella);
  await askToPair(other);
  await pair(other, code, "Mesa verde");
  await expect(other.getByText(/Ese código ya no sirve/)).toBeVisible();
  await context.close();
});

test("another code voids the one before, and another key is told to the coordination", async (
  { page, huella, silence },
) => {
  silence.allow(/Failed to load resource/);
  const first = await makeCode(page, huella);
  const dialog = page.getByRole("dialog");
  const shown = dialog.getByRole("status").locator(".value");
  await dialog.getByRole("button", { name: "Otro código" }).click();
  await expect(shown).not.toHaveText(first);
  await expect(shown).toHaveText(CODE);
  const second = (await shown.textContent())!;
  await inField(page, huella);
  await askToPair(page);
  await pair(page, first, "Mesa gris");
  await expect(page.getByText(/Ese código ya no sirve/)).toBeVisible();
  await pair(page, second, "Mesa gris");
  const standing = page.getByText(/^Emparejado como «Mesa gris»/);
  await expect(standing).toBeVisible();
  const before = await ownKey(page);

  // The phone loses its key and nothing else, and is paired with the next one.
  await page.evaluate(async () => {
    const opening = indexedDB.open("huella-device", 1);
    await new Promise((done) => (opening.onsuccess = done));
    const writing = opening.result.transaction("keys", "readwrite");
    writing.objectStore("keys").clear();
    await new Promise((done) => (writing.oncomplete = done));
    opening.result.close();
  });
  const third = await makeCode(page, huella);
  await inField(page, huella);
  await askToPair(page);
  await pair(page, third, "Mesa gris");
  await expect(page.getByRole("button", { name: PAIR })).toBeVisible();
  expect((await ownKey(page)).print).not.toBe(before.print);
  await seat(page, huella, "coordinacion", PHONES);
  const row = page.locator("tbody tr", { hasText: "Mesa gris" });
  await expect(row).toContainText(/su clave cambió el\s\S+\s\d/);
  await row.getByRole("link").click();
  await expect(page.getByText(/^Su clave cambió el/)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "pairing-rekeyed");
});

test("a revoked phone is paired again once it is admitted", async ({ page, huella, silence }) => {
  silence.allow(/Failed to load resource/);
  const first = await makeCode(page, huella);
  await inField(page, huella);
  await askToPair(page);
  await pair(page, first, "Mesa roja");
  await expect(page.getByText(/^Emparejado como «Mesa roja»/)).toBeVisible();

  await seat(page, huella, "coordinacion", PHONES);
  await page.locator("tbody tr", { hasText: "Mesa roja" }).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mesa roja");
  await alive(page);
  const sheet = new URL(page.url()).pathname;
  const decide = async (words: string, why: string) => {
    await page.getByRole("button", { name: words, exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Motivo").fill(why);
    await dialog.getByRole("button", { name: words, exact: true }).click();
  };
  await decide("Revocar el teléfono", "Se quedó en el bus");
  await expect(page.getByText(/^Revocado el/)).toBeVisible();

  const second = await makeCode(page, huella);
  await inField(page, huella);
  await askToPair(page);
  await pair(page, second, "Mesa roja");
  await expect(page.getByText("Coordinación revocó este teléfono.")).toBeVisible();
  await seat(page, huella, "coordinacion", sheet);
  await decide("Admitir de nuevo", "Apareció");
  await expect(page.getByText(/^Revocado el/)).toHaveCount(0);
  await inField(page, huella);
  await askToPair(page);
  await pair(page, second, "Mesa roja");
  await expect(page.getByRole("button", { name: PAIR })).toBeVisible();
});

test("a phone that makes or keeps no keys says what to update, and works", async (
  { page, huella },
) => {
  await page.addInitScript(() => {
    const own = crypto.subtle.generateKey.bind(crypto.subtle);
    const real = own as unknown as (...of: unknown[]) => unknown;
    const without = (algorithm: unknown, ...rest: unknown[]) =>
      algorithm === "Ed25519" && localStorage.getItem("with-keys") === null
        ? Promise.reject(new DOMException("", "NotSupportedError"))
        : real(algorithm, ...rest);
    Object.defineProperty(crypto.subtle, "generateKey", { value: without });
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function (value: unknown, key?: IDBValidKey) {
      if (key === "device") throw new DOMException("", "DataCloneError");
      return add.call(this, value, key);
    };
  });
  await inField(page, huella);
  await page.getByRole("button", { name: PAIR }).click();
  await expect(page.getByText(/Chrome 137 o posterior en Android/)).toBeVisible();
  await expect(page.getByLabel("Código de coordinación")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "pairing-no-keys");
  await page.evaluate(() => localStorage.setItem("with-keys", "1"));
  await page.getByRole("button", { name: PAIR }).click();
  await expect(page.getByText(/no conserva la clave del teléfono/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
});
