// The certificate that a paired phone signs at the table: made without the server, verified by
// anybody, replaced by the final one, withdrawn with a record that was refused.
import type { Browser, Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import type { Huella } from "../fixtures/huella.ts";
import { askToPair, inField, makeCode, pair } from "../fixtures/pairing.ts";
import { qrCodes } from "../fixtures/pdf.ts";
import { issuer } from "../fixtures/provisional.ts";
import { register } from "../fixtures/register.ts";
import { sit } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { submit, surgery } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, keep, keepShell, newAnimal, newOwner, newVisit, readChip, run, Thumb, withoutServer,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const SUBMISSIONS = "**/api/v1/submissions";
const WITHOUT_MAIL = { typed: "", meant: "" };
const NONE = "Este teléfono no está emparejado para este operativo";

/** The field app on a phone that is paired for today's outreach, and opens without the server. */
async function paired(page: Page, huella: Huella, name: string, who = "terreno") {
  // The service worker, whose requests a test cannot stop, would bring the record home by itself.
  await page.addInitScript(() => {
    const never = { register: async () => {} };
    Object.defineProperty(ServiceWorkerRegistration.prototype, "sync", { get: () => never });
  });
  const code = await makeCode(page, huella);
  await inField(page, huella, who);
  await askToPair(page);
  await pair(page, code, name);
  await expect(page.getByText(`Emparejado como «${name}»`)).toBeVisible();
  await keepShell(page);
}

/** Records a new owner with a chipped dog; the page shows that it is kept. */
async function visited(page: Page, name: string) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, name);
  await readChip(thumb, chip());
  await keep(thumb);
}

/** What the phone shows instead of a final document. */
function sheet(page: Page) {
  return page.locator(".slip", { hasText: "Certificado provisional" });
}

/** Where the QR leads, and the code beside it. */
async function shown(page: Page): Promise<{ path: string; code: string }> {
  await expect(sheet(page)).toHaveCount(1);
  const code = sheet(page).locator(".qr");
  let link = "";
  const seen = async () => {
    // Between the bars above and below, where somebody else's camera sees the whole of it.
    await code.evaluate((element) => element.scrollIntoView({ block: "center" }));
    [link = ""] = await qrCodes(await code.screenshot());
    return link;
  };
  await expect.poll(seen).toMatch(/^HTTP.*\/P\/[A-Z2-7]+$/);
  const short = (await sheet(page).locator("strong").last().textContent())!;
  expect(short).toMatch(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/);
  return { path: `/P/${link.split("/P/")[1]}`, code: short };
}

/** Somebody else's browser. */
async function anyone(browser: Browser, huella: Huella): Promise<Page> {
  return (await browser.newContext({ baseURL: huella.origin })).newPage();
}

/** Sends at once what waits, as a phone does whose network is back. */
async function letSend(page: Page) {
  await page.unroute(SUBMISSIONS);
  await online(page);
}

test("the certificate of a paired phone counts until the final one takes its place", async (
  { page, huella, browser, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await paired(page, huella, "Mesa sin señal");
  await huella.stop();
  await page.goto("/terreno");
  await visited(page, "Ñandú");
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  const { path, code } = await shown(page);
  await expect(sheet(page)).toContainText("Ñandú");
  await expect(sheet(page)).toContainText("El certificado definitivo lo reemplaza");
  await expectAccessible(page);
  await shot(page, "field-provisional");
  // The same one whenever it is shown: nothing of it was kept.
  await page.reload();
  expect(await shown(page)).toEqual({ path, code });

  await page.route(SUBMISSIONS, (route) => route.abort());
  await huella.serve();
  const other = await anyone(browser, huella);
  await other.goto(path);
  const verdict = other.locator(".notice-title");
  await expect(verdict).toHaveText("Provisional: el registro viene en camino");
  await expect(other.getByRole("heading", { name: "Ñandú" })).toBeVisible();
  await expect(other.locator("main")).toContainText(code);
  await expect(other.locator("main")).not.toContainText("María");
  await expect(other.locator("[data-result]")).toHaveAttribute("data-result", "valid");
  await expectAccessible(other);
  await shot(other, "verification-provisional");
  // A letter of the phone's signature.
  const at = 160;
  const letter = path[at] === "A" ? "B" : "A";
  await other.goto(path.slice(0, at) + letter + path.slice(at + 1));
  await expect(verdict).toContainText("Alterado");

  await letSend(page);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 90_000 });
  await expect(sheet(page)).toHaveCount(0);
  const [final] = await qrCodes(await page.locator(".slip .qr").screenshot());
  expect(final).toMatch(/\/V\/[A-Z2-7]+$/);
  await other.goto(path.toLowerCase());
  await expect(verdict).toHaveText("Reemplazado por el certificado definitivo");
  await expectAccessible(other);
  await shot(other, "verification-provisional-replaced");
  await other.getByRole("link", { name: "Verificar el certificado definitivo" }).click();
  await expect(verdict).toHaveText("Vigente");
  await expect(other).toHaveURL(new RegExp(`/V/${final!.split("/V/")[1]}$`));
  await other.context().close();
});

test("the certificate of a record that was refused is withdrawn", async (
  { page, huella, browser, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await paired(page, huella, "Mesa de cirugías", "veterinaria");
  const number = chip();
  const visit = { document: run(), address: null, chip: number, name: "Seis" };
  expect((await register(page, visit)).outcome).toBe("accepted");
  await page.route(SUBMISSIONS, (route) => route.abort());
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(number);
  await thumb.press(/Seis/);
  await thumb.tap(page.locator("label", { hasText: "Esterilización" }));
  await thumb.tap(page.getByText("Firmado en papel", { exact: true }));
  await thumb.tap(page.getByText("Realizada", { exact: true }));
  await keep(thumb);
  const { path } = await shown(page);
  const other = await anyone(browser, huella);
  await other.goto(path);
  const verdict = other.locator(".notice-title");
  await expect(verdict).toHaveText("Provisional: el registro viene en camino");

  // Another team was faster.
  await sit(other, huella, "veterinaria", "/cuenta");
  const [animal] = (await ownerOf(other, number)).animals;
  expect((await submit(other, [await surgery(other, animal!.id)])).outcome).toBe("accepted");
  await letSend(page);
  await expect(page.getByText("No aceptado: revíselo")).toBeVisible({ timeout: 90_000 });
  await expect(sheet(page)).toHaveCount(0);
  await other.goto(path);
  await expect(verdict).toHaveText("Retirado");
  await expect(other.locator("main")).toContainText("este certificado provisional no vale");
  await expectAccessible(other);
  await shot(other, "verification-provisional-withdrawn");
  await other.context().close();
});

/** No text or picture of the page's part that matters ends outside a screen of 360 pixels. */
async function fits(page: Page) {
  await page.setViewportSize({ width: 360, height: 740 });
  const outside = await page.evaluate(() => {
    const parts = Array.from(document.querySelectorAll("main *"));
    const cut = parts.filter((part) => {
      const { left, right, width } = part.getBoundingClientRect();
      return width > 1 && (left < 0 || right > 360.5);
    });
    return cut.map((part) => `${part.tagName} ${part.className} ${part.textContent}`);
  });
  expect(outside).toEqual([]);
}

test("the longest name allowed stays within the smallest screen", async (
  { page, huella, browser, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await paired(page, huella, "Mesa sur");
  await huella.stop();
  await page.goto("/terreno");
  // As wide as forty letters can be, without a place to break.
  const name = "W".repeat(40);
  await visited(page, name);
  const { path } = await shown(page);
  await fits(page);
  await shot(page, "field-provisional-longest");
  await page.route(SUBMISSIONS, (route) => route.abort());
  await huella.serve();
  const other = await anyone(browser, huella);
  await other.goto(path);
  // The certificate holds 32 bytes of it.
  await expect(other.getByRole("heading", { name: "W".repeat(32), exact: true })).toBeVisible();
  await fits(other);
  await expectAccessible(other);
  await shot(other, "verification-provisional-longest");
  await other.context().close();
});

/** Stands for a camera before which a QR is held: what it says is in the browser's own store. */
function camera() {
  const picture = () => Promise.resolve(document.createElement("canvas").captureStream());
  const devices = { getUserMedia: picture };
  Object.defineProperty(navigator, "mediaDevices", { value: devices });
  HTMLMediaElement.prototype.play = () => Promise.resolve();
  class Detector {
    static async getSupportedFormats() {
      return ["code_128", "data_matrix", "qr_code"];
    }

    async detect(seen: object) {
      const rawValue = localStorage.getItem("before-camera");
      return seen instanceof HTMLVideoElement ? [{ rawValue }] : [];
    }
  }
  Object.defineProperty(window, "BarcodeDetector", { value: Detector });
}

test("another phone checks it without the server", async (
  { page, huella, browser, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await paired(page, huella, "Mesa norte");
  const context = await browser.newContext({ baseURL: huella.origin, hasTouch: true });
  const other = await context.newPage();
  await other.addInitScript(camera);
  await inField(other, huella);
  await withoutServer(other, huella);
  await page.goto("/terreno");
  await visited(page, "Ocho");
  const { path } = await shown(page);

  const reads = async (text: string) => {
    await other.evaluate((text) => localStorage.setItem("before-camera", text), text);
    await other.getByRole("button", { name: "Comprobar un certificado provisional" }).tap();
  };
  const link = `HTTPS://HUELLA.EXAMPLE${path}`;
  await reads(link);
  const good = other.getByRole("status").filter({ hasText: "la firma de un teléfono nuestro" });
  await expect(good).toContainText("Ocho");
  await expectAccessible(other);
  await shot(other, "field-check-provisional");
  const at = link.length - 40;
  await reads(link.slice(0, at) + (link[at] === "A" ? "B" : "A") + link.slice(at + 1));
  await expect(other.getByRole("alert").filter({ hasText: "Alterado" })).toBeVisible();
  await reads("HTTPS://HUELLA.EXAMPLE/V/ABC");
  await expect(other.getByText("Ese QR no es de un certificado provisional")).toBeVisible();
  await context.close();
  await huella.serve();
});

test("what the check without signal says of each text", async ({ page, huella }) => {
  await page.goto(huella.origin);
  const { certificate, setup } = issuer();
  const judge = (said: string, setup: string): Promise<string> =>
    page.evaluate(async ([script, said, setup]) => {
      const { judge } = await import(script);
      return judge(said, setup);
    }, ["/verify.js", said, setup] as const);
  const link = (text: string) => `HTTPS://HUELLA.EXAMPLE/P/${text}`;
  const [number, good] = ["999000000000808", certificate({ chip: 999_000_000_000_808 })];
  expect(await judge(link(good), setup)).toBe(`valid\nOcho\n${number}`);
  expect(await judge(link(good).toLowerCase(), setup)).toBe(`valid\nOcho\n${number}`);
  // A cat or dog that was sterilised may have no chip.
  expect(await judge(link(certificate({ kind: 3 })), setup)).toBe("valid\nOcho\n");
  expect(await judge(link(certificate({ until: 2 })), setup)).toBe("expired");
  expect(await judge(link(certificate({ kind: 4 })), setup)).toBe("altered");
  expect(await judge(link(good), issuer().setup)).toBe("unknown-key");
  const letter = good[100] === "A" ? "B" : "A";
  const changed = good.slice(0, 100) + letter + good.slice(101);
  expect(await judge(link(changed), setup)).toBe("altered");
  const others = [
    "", "Hola", good, link(""), link("ABC"), link("A".repeat(526)), link(`${good}?x=1`),
    `https://huella.example/V/${good}`, `https://example.com/${"menu-de-hoy-".repeat(40)}`,
  ];
  for (const other of others) expect(await judge(other, setup), other).toBe("not-provisional");
});

test("a phone signs on the days of its pairing, however slow its clock", async (
  { page, huella },
) => {
  await page.goto(huella.origin);
  const told = await page.evaluate(async (script) => {
    const { covers } = await import(script);
    const [hour, offset] = [3_600_000, -180];
    const midnight = Date.UTC(2026, 10, 22) - offset * 60_000;
    // From the morning of the 22nd to the midnight after the 23rd.
    const word = { from: midnight + 9 * hour, until: midnight + 48 * hour };
    return [-1, 0, 8, 9, 47, 48].map((at) => covers(word, midnight + at * hour, offset));
  }, "/provisional.js");
  expect(told).toEqual([false, true, true, true, true, false]);
});

test("a phone that is not paired says in one line that it gives none", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  await page.route(SUBMISSIONS, (route) => route.abort());
  await visited(page, "Siete");
  await expect(page.getByText(NONE)).toBeVisible();
  await expect(page.locator(".slip")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-provisional-none");
  await letSend(page);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText(NONE)).toHaveCount(0);
});
