// What keeps unsent records from being lost: receipts that are checked and told, a full phone, a
// browser that forgets, records that wait for days.
import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { onlyByHand } from "../fixtures/signal.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(150_000);

const SUBMISSIONS = "**/api/v1/submissions";
const WITHOUT_MAIL = { typed: "", meant: "" };
const DAY_MS = 86_400_000;

/** Everything of a visit but the button that keeps it. */
async function filled(page: Page, name: string, number = chip()) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, name);
  await readChip(thumb, number);
  return thumb;
}

async function visited(page: Page, name: string, number = chip()) {
  const thumb = await filled(page, name, number);
  await keep(thumb);
  return thumb;
}

async function isSent(page: Page) {
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
}

/** The sentence about what the server has, at the top of the records. */
const sentence = (page: Page) => page.locator(".notice-title").first();

/** The code of contracts section 1, made anew from what the receipt says. */
function codeOf(receipt: Record<string, unknown>): string {
  const { device, stored_total: stored, complete_to_sequence: complete } = receipt;
  const text = `huella-receipt-code-1\n${device}\n${stored}\n${complete}`;
  const digest = createHash("sha256").update(text).digest();
  let bits = 0n;
  for (const byte of digest.subarray(0, 5)) bits = (bits << 8n) | BigInt(byte);
  const letter = (place: number) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number((bits >> BigInt(35 - 5 * place)) & 31n)];
  const code = [0, 1, 2, 3, 4, 5, 6, 7].map(letter).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

test("the records begin with what the server has and a code to compare", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_FAILED|Failed to load resource/);
  await begin(page, huella, "terreno");
  // Not that to a phone which only asks how it stands, as it does when it begins.
  const answered = page.waitForResponse(async (response) => {
    if (new URL(response.url()).pathname !== "/api/v1/submissions") return false;
    // Nor what is no answer of ours, such as that of a server that is busy.
    const told = (await response.json().catch(() => ({}))) as { answers?: object[] };
    return (told.answers?.length ?? 0) > 0;
  });
  const number = chip();
  await visited(page, "Primera", number);
  const { receipt } = await (await answered).json();
  await isSent(page);
  await page.goto("/terreno/registros");
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente");
  await expect(page.getByText("Código para comparar")).toContainText(codeOf(receipt));
  await expect(page.getByText(/^Confirmado por el servidor:\s\S{3}\s\d/)).toBeVisible();
  await expect(page.getByText("no pudo comprobar la firma")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-received");

  await visited(page, "Segunda", number);
  await expect(page.getByText(/Hay que comparar dos registros/)).toBeVisible();
  await page.route(SUBMISSIONS, (route) => route.abort());
  await visited(page, "Tercera");
  await page.goto("/terreno/registros");
  await expect(sentence(page)).toHaveText("2 recibidos, 1 por enviar, 1 por corregir");
  await expectAccessible(page);
  await shot(page, "field-received-pending");
});

test("what was corrected says so beside its correction", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const [number, right] = [chip(), chip()];
  await visited(page, "Primera", number);
  await isSent(page);
  const thumb = await visited(page, "Segunda", number);
  await thumb.tap(page.getByRole("link", { name: "Ver qué pasó" }));
  await thumb.press("Corregir");
  for (const field of ["#chip", "#chip_repeated"]) {
    await page.locator(field).fill(right);
    await page.locator(field).press("Enter");
  }
  await expect(page.getByText("Coinciden")).toBeVisible();
  await keep(thumb);
  await isSent(page);
  await page.goto("/terreno/registros");
  await expect(page.locator(".rows li")).toHaveCount(3);
  const corrected = page.getByRole("link", { name: /Corregido: vale la versión nueva/ });
  await expect(corrected).toHaveCount(1);
  await expect(sentence(page)).toHaveText("3 recibidos, ninguno pendiente");
  await thumb.tap(corrected);
  await expect(page.getByRole("button", { name: "Anular: esto no pasó" })).toHaveCount(0);
  await page.goto("/terreno");
  await expect(page.locator(".tally dd").first()).toHaveText("2");
});

test("a receipt that our server did not sign clears nothing", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  let forged = 0;
  await page.route(SUBMISSIONS, async (route) => {
    const response = await route.fetch();
    const reply = await response.json();
    reply.receipt.stored_total += 1;
    forged += 1;
    await route.fulfill({ response, json: reply });
  });
  await visited(page, "Falsa");
  await expect(page.getByText("Algo contestó sin la firma del servidor")).toBeVisible();
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  await expect(page.getByText("1 en el teléfono")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-unsigned");
  expect(forged).toBeGreaterThan(0);
  await page.unroute(SUBMISSIONS);
  await page.goto("/terreno/registros");
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente");
  await expect(page.getByText("Algo contestó sin la firma del servidor")).toHaveCount(0);
});

test("a receipt by a newer key is believed once the set-up tells it", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  await visited(page, "Antes");
  await isSent(page);
  await huella.command("keys", "rotate", "receipts");
  await huella.stop();
  await huella.serve();
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/api/v1/field/setup")) asked += 1;
  });
  for (const name of ["Después", "Más tarde"]) {
    await visited(page, name);
    await isSent(page);
    expect(asked, "the set-up is asked for once, not for each receipt").toBe(1);
  }
});

test("a browser without Ed25519 goes on and says what it could not check", async (
  { page, huella },
) => {
  await page.addInitScript(() => {
    const importKey = () => Promise.reject(new DOMException("no Ed25519", "NotSupportedError"));
    Object.assign(SubtleCrypto.prototype, { importKey });
  });
  await begin(page, huella, "terreno");
  await visited(page, "Antigua");
  await isSent(page);
  await page.goto("/terreno/registros");
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente");
  await expect(page.getByText("no pudo comprobar la firma del servidor")).toBeVisible();
  await expectAccessible(page);
});

test("a server that holds fewer than the phone has sent is an alarm", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  await visited(page, "Única");
  await isSent(page);
  // As after a database that was put back: the phone has given two numbers more.
  await page.evaluate(() => new Promise<void>((done, failed) => {
    const opening = indexedDB.open("huella");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const writing = opening.result.transaction("meta", "readwrite");
      const meta = writing.objectStore("meta");
      const asked = meta.get("identity");
      asked.onsuccess = () => {
        const identity = JSON.parse(asked.result);
        meta.put(JSON.stringify({ ...identity, next: identity.next + 2 }), "identity");
      };
      writing.oncomplete = () => {
        opening.result.close();
        done();
      };
    };
  }));
  await page.goto("/terreno/registros");
  const alarm = page.getByRole("alert");
  await expect(alarm).toContainText("faltan 2 registros que este teléfono ya envió");
  await expect(alarm).toContainText(/[A-Z2-7]{4}-[A-Z2-7]{4}/);
  await expectAccessible(page);
  await shot(page, "field-received-fewer");
  // The next receipt changes its words in their place: it is not raised anew.
  const code = alarm.locator("strong");
  const before = await code.textContent();
  await alarm.evaluate((element) => element.setAttribute("data-same", ""));
  const other = await page.context().newPage();
  await other.goto("/terreno");
  await visited(other, "Segunda");
  await isSent(other);
  await expect(code).not.toHaveText(before!);
  await expect(page.locator("[role=alert][data-same]")).toContainText("faltan 2 registros");
});

test("what has waited for days is told where the day begins", async ({ page, huella, silence }) => {
  silence.allow(/ERR_FAILED|Failed to load resource/);
  await begin(page, huella, "terreno");
  await page.route(SUBMISSIONS, (route) => route.abort());
  await visited(page, "Olvidada");
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  await page.goto("/terreno");
  const overdue = page.getByText(/Hay registros o fotos sin enviar desde hace/);
  await expect(page.getByText("1 en el teléfono")).toBeVisible();
  await expect(overdue).toHaveCount(0);
  await page.clock.setFixedTime(Date.now() + 3 * DAY_MS + 60_000);
  await page.goto("/terreno");
  await expect(overdue).toHaveText("Hay registros o fotos sin enviar desde hace 3 días");
  await expectAccessible(page);
  await shot(page, "field-overdue");
  await page.goto("/terreno/registros");
  await expect(overdue).toBeVisible();
  await expectAccessible(page);
  // Else it might send by itself just before the tap, and take the button away under the finger.
  await onlyByHand(page);
  await page.unroute(SUBMISSIONS);
  await page.getByRole("button", { name: "Enviar ahora" }).tap();
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente");
  await expect(overdue).toHaveCount(0);
});

test("a full phone keeps the form and says so, and keeps the visit once there is room", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const thumb = await filled(page, "Llena");
  await thumb.press("Revisar");
  await expect(page.getByRole("button", { name: "Guardar atención" })).toBeVisible();
  // A write may fail at once, or when the browser comes to write it.
  for (const way of ["throws", "aborts"]) {
    await page.evaluate((way) => {
      const { put } = IDBObjectStore.prototype;
      function full(this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
        if (way === "throws") throw new DOMException("full", "QuotaExceededError");
        const request = put.call(this, value, key);
        this.transaction.abort();
        return request;
      }
      const room = () => Object.assign(IDBObjectStore.prototype, { put });
      Object.assign(IDBObjectStore.prototype, { put: full });
      Object.assign(window, { room });
    }, way);
    await thumb.press("Guardar atención");
    await expect(page.getByRole("alert")).toContainText("Lo que escribe no se está guardando");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Revise antes de guardar");
    // The words may be those of the way before: this one has failed when it can be tried again.
    await expect(page.getByRole("button", { name: "Guardar atención" })).toBeEnabled();
    if (way === "throws") {
      await expectAccessible(page);
      await shot(page, "field-storage-full");
    }
    await page.evaluate(() => (window as unknown as { room: () => void }).room());
  }
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await isSent(page);
  await page.goto("/terreno/registros");
  await expect(page.locator(".rows li")).toHaveCount(1);
  await expect(sentence(page)).toHaveText("1 recibido, ninguno pendiente");
});

for (const lasts of [true, false]) {
  test(`a browser that ${lasts ? "keeps" : "may delete"} the records says so`, async (
    { page, huella },
  ) => {
    await page.addInitScript((lasts) => {
      const answers = { persisted: async () => false, persist: async () => lasts };
      Object.assign(StorageManager.prototype, answers);
    }, lasts);
    await begin(page, huella, "terreno");
    await page.goto("/terreno/registros");
    const words = { true: /conserva lo registrado hasta que se envíe/, false: /puede borrar lo que no se ha enviado/ };
    await expect(page.getByText(words[`${lasts}`])).toBeVisible();
    await expect(page.getByText(words[`${!lasts}`])).toHaveCount(0);
    await expectAccessible(page);
    await shot(page, `field-records-${lasts ? "lasting" : "fleeting"}`);
  });
}

test("little room is told before a write fails", async ({ page, huella }) => {
  await page.addInitScript(() => {
    const estimate = async () => ({ usage: 10_000_000, quota: 40_000_000 });
    Object.assign(StorageManager.prototype, { estimate });
  });
  await begin(page, huella, "terreno");
  await expect(page.getByText("Queda poco espacio en este teléfono")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-filling");
  await newVisit(new Thumb(page));
  await expect(page.getByText("Queda poco espacio en este teléfono")).toBeVisible();
});

test("an iPhone is told how to install, once", async ({ page, huella }) => {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "standalone", { value: false });
  });
  await begin(page, huella, "terreno");
  const word = page.getByRole("heading", { name: "Instale Huella en este teléfono" });
  await expect(word).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-install-apple");
  await page.getByRole("button", { name: "Entendido" }).tap();
  await expect(word).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
  await expect(word).toHaveCount(0);
});

test("where the browser offers to install, the start page does", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const install = page.getByRole("button", { name: "Instalar en este teléfono" });
  await expect(install).toHaveCount(0);
  await page.evaluate(() => {
    const offer = new Event("beforeinstallprompt", { cancelable: true });
    const prompt = async () => Object.assign(window, { isShown: true });
    window.dispatchEvent(Object.assign(offer, { prompt }));
  });
  await expect(install).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-install");
  await install.tap();
  await expect.poll(() => page.evaluate(() => "isShown" in window)).toBe(true);
  await expect(install).toHaveCount(0);
});
