// What waits on a phone that cannot send is handed in by somebody else, as a file that only the
// server opens; it counts once, whatever the phone itself sends before or later.
import { readFile, writeFile } from "node:fs/promises";
import type { Page, TestInfo } from "@playwright/test";
import { alive } from "../fixtures/alive.ts";
import { apart } from "../fixtures/apart.ts";
import { countedOnce } from "../fixtures/coordinator.ts";
import { Installed } from "../fixtures/installed.ts";
import { before, finish, OF_PAPER, take } from "../fixtures/picture.ts";
import { choose, PIN, pinField, visited } from "../fixtures/pin.ts";
import { seat, sit } from "../fixtures/seat.ts";
import { copied, type Held, heldRecords, hold, identity } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip, keepShell, served, withoutServer } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(240_000);

const MAKE = "Guardar una copia para entregar";
const TAKE = "Recibir la copia";
const FILE = "Copia para entregar";

/** Takes the file of the phone; where it is then. */
async function file(page: Page, info: TestInfo, button = MAKE): Promise<string> {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).tap();
  const download = await coming;
  const name = download.suggestedFilename();
  expect(name).toMatch(/^huella-[0-9a-f]{8}-\d{4}-\d\d-\d\d(-\d-\d)?\.json$/);
  const path = info.outputPath(name);
  await download.saveAs(path);
  return path;
}

/** Where the phone shares files, it is asked first; who turns back there has no copy. */
async function turnBack(page: Page) {
  await page.evaluate(() => {
    const share = ({ files }: ShareData) => {
      document.documentElement.dataset.shared = files![0]!.name;
      return Promise.reject(new DOMException("", "AbortError"));
    };
    Object.assign(navigator, { canShare: () => true, share });
  });
  await page.getByRole("button", { name: MAKE }).tap();
  await expect(page.locator("html")).toHaveAttribute("data-shared", /^huella-.*\.json$/);
  await expect(page.getByRole("button", { name: MAKE })).toBeEnabled();
  await expect(page.getByText(/^La copia lleva/)).toHaveCount(0);
  await page.evaluate(() => Object.assign(navigator, { canShare: undefined }));
}

/** How the page seals a copy. */
interface Sealer {
  huella: (script: "seal", act: "seal", ...words: string[]) => Promise<string>;
}

/** Puts others beside a phone's one record, each with its own copy, until there are so many. */
async function multiply(page: Page, keys: Record<string, string>, count: number) {
  const { device, next } = await identity(page);
  const [first] = await heldRecords(page);
  const outreach = String(first!.head.outreach);
  const records: (Held & { copy: string })[] = [];
  for (let added = 0; added < count - 1; added += 1) {
    const id = first!.head.id.slice(0, -6) + (added + 0xa00000).toString(16);
    const sequence = next + added;
    const body = JSON.stringify({ ...JSON.parse(first!.body), id, sequence });
    const copy = await page.evaluate(
      (words) => (globalThis as unknown as Sealer).huella("seal", "seal", ...words),
      [keys[outreach]!, outreach, device, id, body],
    );
    records.push({ ...first!, head: { ...first!.head, id, sequence }, body, copy });
  }
  await hold(page, records, next + count - 1);
}

async function handIn(page: Page, path: string) {
  await page.getByLabel(FILE, { exact: true }).setInputFiles(path);
  // The page with the answer may say what this one says.
  const answered = page.waitForEvent("load");
  await page.getByRole("button", { name: TAKE }).click();
  await answered;
}

test("a coordinator hands in what a lost phone held, and the phone comes back", async (
  { page, huella, silence }, info,
) => {
  // Chromium says of a refused file that it was refused.
  silence.allow(/status of 422/);
  const phone = await Installed.make(info, huella.origin);
  let lost = await phone.open();
  await begin(lost, huella, "terreno");
  await withoutServer(lost, huella);
  const [names, numbers] = [["Caspana", "Toconce"], [chip(), chip()]];
  await visited(lost, names[0]!, numbers[0]!);
  await visited(lost, names[1]!, numbers[1]!);
  await copied(lost, 2);
  await lost.goto(`${huella.origin}/terreno/registros`);
  await expect(lost.getByText(/^Es un archivo que solo el servidor puede abrir/)).toBeVisible();
  const wayIn = lost.getByRole("link", { name: "Entregar la copia de otro teléfono" });
  await expect(wayIn, "without signal it leads nowhere").toHaveCount(0);
  const path = await file(lost, info);
  await expect(lost.getByText("La copia lleva 2 registros.")).toBeVisible();
  await expectAccessible(lost);
  await shot(lost, "field-handover");
  const text = await readFile(path, "utf8");
  const told = JSON.parse(text) as { huella: string; sealed: object[] };
  expect([told.huella, told.sealed.length]).toEqual(["huella sealed 1", 2]);
  expect(Object.keys(told).sort()).toEqual(["device", "huella", "made_at", "sealed"]);
  const fields = ["body", "ephemeral", "id", "nonce", "outreach"];
  for (const copy of told.sealed) expect(Object.keys(copy).sort()).toEqual(fields);
  for (const clear of [...names, ...numbers, "María", "register"]) expect(text).not.toContain(clear);
  await phone.close();
  await huella.serve();

  await seat(page, huella, "coordinacion", "/coordinacion/telefonos");
  await expect(page.getByRole("heading", { name: "Entregar lo de otro teléfono" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "phones-handover");
  for (let turn = 0; turn < 2; turn += 1) {
    await handIn(page, path);
    await expect(page).toHaveURL(/\/entregar\?0\.0\.2\.0\.0$/);
    await expect(page.getByText("2 registros recibidos")).toBeVisible();
    await expect(page.getByText("2 esperan a coordinación en «Por resolver»")).toBeVisible();
  }
  await expectAccessible(page);
  await shot(page, "handover-summary");
  const wrong = info.outputPath("otra.json");
  await writeFile(wrong, "{}");
  await handIn(page, wrong);
  await expect(page.getByText("Este archivo no es una copia para entregar")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "handover-refused");

  await page.goto("/entregar?0.0.2.0.0");
  await page.getByRole("link", { name: "Ver lo que está por resolver" }).click();
  await page.waitForURL((url) => url.pathname.endsWith("/por-resolver"));
  await alive(page);
  for (const name of names) {
    const card = page.locator("main li.card", { hasText: `Animal: ${name}` });
    await expect(card).toContainText("Terreno (demostración)");
    await expect(card).toContainText("lo entregó Coordinación (demostración)");
    await card.getByRole("button", { name: "Registrar", exact: true }).click();
    await expect(card).toHaveCount(0);
  }
  await countedOnce(page, numbers);
  await page.goto("/entregar");
  await handIn(page, path);
  await expect(page.getByText("2 ya estaban")).toBeVisible();

  lost = await phone.open();
  await lost.goto(`${huella.origin}/terreno/registros`);
  for (const name of names) {
    const row = lost.locator(".rows li", { hasText: name });
    await expect(row).toContainText("Enviado", { timeout: 60_000 });
  }
  await expect(lost.getByRole("button", { name: MAKE })).toHaveCount(0);
  await countedOnce(page, numbers);
  await phone.end();
});

test("a closed phone gives its copy too, and another phone takes it in", async (
  { page, browser, huella, silence }, info,
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  await choose(page, PIN);
  await served(page);
  await huella.stop();
  const thumb = await before(page, "Ayquina");
  await take(page, OF_PAPER);
  await finish(thumb);
  await copied(page, 1);
  await page.reload();
  await expect(pinField(page)).toBeFocused();
  await expect(page.getByRole("heading", { name: "1 foto por enviar" })).toBeVisible();
  await expect(page.getByText(/no van en los archivos ni en los códigos/)).toBeVisible();
  await turnBack(page);
  const path = await file(page, info);
  await expect(page.getByText("La copia lleva 1 registro.")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-handover-closed");
  // Or it would send by itself what waits.
  await page.context().clearCookies();
  await huella.serve();

  const context = await browser.newContext({ baseURL: huella.origin, hasTouch: true });
  const other = await context.newPage();
  await sit(other, huella, "veterinaria", "/terreno/registros");
  await other.getByRole("link", { name: "Entregar la copia de otro teléfono" }).click();
  await expectAccessible(other);
  await handIn(other, path);
  await expect(other.getByText("1 registro recibido")).toBeVisible();
  await expect(other.getByText(/^Las fotos no vienen en la copia/)).toBeVisible();
  await expect(other.getByText("1 espera a coordinación en «Por resolver»")).toBeVisible();
  await expect(other.getByText(/^La coordinación lo revisa/)).toBeVisible();
  await expect(other.getByRole("link", { name: /por resolver/i })).toHaveCount(0);
  await expectAccessible(other);
  await shot(other, "handover-summary-field");
  await context.close();
});

// On a server of its own: so many that wait for a person would hide those of other tests.
apart("a copy of many records comes in parts, each of which is taken in once", async (
  { page, own }, info,
) => {
  const phone = await Installed.make(info, own.origin);
  let lost = await phone.open();
  await begin(lost, own, "terreno");
  await keepShell(lost);
  const keys: Record<string, string> = await lost.evaluate(async () => {
    const { outreaches } = await (await fetch("/api/v1/field/setup")).json();
    type Row = { outreach: { id: string }; recovery_key: string };
    const pairs = (outreaches as Row[]).map((row) => [row.outreach.id, row.recovery_key]);
    return Object.fromEntries(pairs);
  });
  await own.stop();
  await visited(lost, "Lasana", chip());
  await copied(lost, 1);
  await multiply(lost, keys, 252);
  await phone.close();
  lost = await phone.open();
  await lost.goto(`${own.origin}/terreno/registros`);
  const first = await file(lost, info);
  await expect(lost.getByText("La parte 1 de 2 lleva 250 registros.")).toBeVisible();
  await expectAccessible(lost);
  await shot(lost, "field-handover-part");
  const second = await file(lost, info, "Guardar la parte 2 de 2");
  await expect(lost.getByText("La parte 2 de 2 lleva 2 registros.")).toBeVisible();
  await expect(lost.getByRole("button", { name: MAKE })).toBeVisible();
  await phone.end();
  await own.serve();

  await seat(page, own, "coordinacion", "/entregar");
  for (const [path, count, part] of [[second, 2, 2], [first, 250, 1], [second, 2, 2]] as const) {
    await handIn(page, path);
    await expect(page).toHaveURL(new RegExp(`/entregar\\?0\\.0\\.${count}\\.0\\.0\\.${part}\\.2$`));
    await expect(page.getByText(`${count} registros recibidos`)).toBeVisible();
    await expect(page.getByText(`Es la parte ${part} de 2 de la copia`)).toBeVisible();
  }
  await expectAccessible(page);
  await shot(page, "handover-part");
});
