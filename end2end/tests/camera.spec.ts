// Codes before the camera: a chip's sticker and an invitation, read by the browser or by the
// decoder that the preparation brings, with and without the server; and a camera that goes off.
import type { Page } from "@playwright/test";
import { film, seeing, sticker, type Code } from "../fixtures/camera.ts";
import { Installed } from "../fixtures/installed.ts";
import { hasAllButPin, prepare, UNREADY } from "../fixtures/prepared.ts";
import { online } from "../fixtures/signal.ts";
import { Silence } from "../fixtures/silence.ts";
import { expect, expectAccessible, shot, test as base } from "../fixtures/test.ts";
import {
  begin, chip, keep, keepShell, newAnimal, newOwner, newVisit, run, Thumb,
} from "../fixtures/visit.ts";

const FIRST = "Leer la etiqueta con la cámara";
const AGAIN = "Leerla otra vez con la cámara";
const SEARCH = "Leer un microchip con la cámara";
const HINT = "Apunte a un solo código y espere.";
const MISSING = "Falta el lector de códigos de la cámara";
/** The first chip of the demonstration, which an animal carries. */
const KNOWN = "999000000100001";
const WITHOUT_MAIL = { typed: "", meant: "" };
/** The decoder is compiled at the first reading. */
const READ_WITHIN = { timeout: 30_000 };
/** What a glove still finds, in pixels. */
const TARGET = 48;

interface Phones {
  /** A new phone at the outreach of the day, in a browser with these switches. */
  withSwitches: (switches: string[]) => Promise<Page>;
  /** One whose camera sees these codes. */
  before: (...codes: Code[]) => Promise<Page>;
}

const test = base.extend<Phones>({
  withSwitches: async ({ huella }, use, info) => {
    const phones: Installed[] = [];
    const silences: Silence[] = [];
    await use(async (switches) => {
      const phone = await Installed.make(info, huella.origin, switches);
      phones.push(phone);
      const page = await phone.open();
      const silence = new Silence(page.context());
      silence.allow(/ERR_|Failed to load resource/);
      silences.push(silence);
      await page.context().addInitScript(watchCamera);
      await begin(page, huella, "terreno");
      return page;
    });
    for (const phone of phones) await phone.end();
    expect(silences.flatMap((silence) => silence.broken())).toEqual([]);
  },
  before: async ({ withSwitches }, use, info) => {
    await use(async (...codes) => {
      return withSwitches(seeing(await film(info.outputPath("film.y4m"), codes)));
    });
  },
});

test.use({ data: "demonstration" });
test.setTimeout(150_000);

/** In the page: keeps what the camera gave, to see later whether it has ended. */
function watchCamera() {
  const tracks: MediaStreamTrack[] = [];
  Object.assign(window, { tracks });
  const { mediaDevices } = navigator;
  if (!mediaDevices) return;
  const own = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await own(wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

/** Of each time the camera was opened on this page: "live" or "ended". */
function cameras(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { tracks } = window as unknown as { tracks: MediaStreamTrack[] };
    return tracks.map((track) => track.readyState);
  });
}

/** The cache of each part of the decoder that the phone holds. */
function heldParts(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const held: string[] = [];
    for (const name of await caches.keys()) {
      const parts = await (await caches.open(name)).keys();
      held.push(...parts.filter(({ url }) => url.includes("/zxing-")).map(() => name));
    }
    return held;
  });
}

const PREPARED = Array<string>(3).fill("huella-decoder");

test("a sticker is read without the server, each reading by an act of its own", async (
  { before, huella },
) => {
  const number = chip();
  const page = await before(sticker(number));
  await keepShell(page);
  expect(await heldParts(page), "the app comes without the decoder").toEqual([]);
  await prepare(page);
  expect(await heldParts(page)).toEqual(PREPARED);
  await expect(page.getByText(MISSING)).toHaveCount(0);
  await huella.stop();
  await page.goto("/terreno");

  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, "Leída");
  const [first, second] = [page.locator("#chip"), page.locator("#chip_repeated")];
  await expect(first).toBeFocused();
  await expectAccessible(page);
  await shot(page, "field-camera-chip");
  await thumb.press(FIRST);
  await expect(first).toHaveValue(number, READ_WITHIN);
  await expect(second).toBeFocused();
  await expect(second).toHaveValue("");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await thumb.press(AGAIN);
  await expect(page.getByText("Coinciden")).toBeVisible(READ_WITHIN);
  await expect(second).toHaveValue(number);
  await expect.poll(() => cameras(page)).toEqual(["ended", "ended"]);
  await expect(page.locator("#weight")).toBeFocused();
  await thumb.type("4,5", "");
  await keep(thumb);
  await huella.serve();
  await online(page);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 60_000 });
});

test("the camera goes off with its view and with its page", async ({ before }) => {
  const page = await before();
  await newVisit(new Thumb(page));
  const button = page.getByRole("button", { name: SEARCH });
  const view = page.getByRole("dialog", { name: SEARCH });
  const close = view.getByRole("button", { name: "Cerrar" });
  await button.tap();
  await expect(view.getByText(HINT)).toBeVisible();
  await expect.poll(() => cameras(page), READ_WITHIN).toEqual(["live"]);
  await expectAccessible(page);
  await shot(page, "field-camera");
  expect((await close.boundingBox())!.height).toBeGreaterThanOrEqual(TARGET);
  expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(TARGET);
  await close.tap();
  await expect(view).toHaveCount(0);
  await expect(button).toBeFocused();
  await expect.poll(() => cameras(page)).toEqual(["ended"]);
  await expect(page.getByLabel("Buscar a la persona")).toHaveValue("");

  await button.tap();
  await expect.poll(() => cameras(page), READ_WITHIN).toEqual(["ended", "live"]);
  await page.goBack();
  await expect(view).toHaveCount(0);
  await expect.poll(() => cameras(page)).toEqual(["ended", "ended"]);
});

test("a camera that comes after its view was closed goes off, and the next tap has its own", async (
  { before },
) => {
  const page = await before();
  await newVisit(new Thumb(page));
  // Stands in for the browser's question, which somebody answers late.
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const own = mediaDevices.getUserMedia.bind(mediaDevices);
    let asked = 0;
    mediaDevices.getUserMedia = async (wanted) => {
      asked += 1;
      document.documentElement.dataset.asked = String(asked);
      await new Promise((done) => window.addEventListener("allowed", done, { once: true }));
      return own(wanted);
    };
  });
  const button = page.getByRole("button", { name: SEARCH });
  const close = page.getByRole("dialog", { name: SEARCH }).getByRole("button", { name: "Cerrar" });
  const states = async () => (await cameras(page)).sort();
  await button.tap();
  await expect(page.locator("html")).toHaveAttribute("data-asked", "1", READ_WITHIN);
  await close.tap();
  await button.tap();
  await expect(page.locator("html")).toHaveAttribute("data-asked", "2");
  await page.evaluate(() => window.dispatchEvent(new Event("allowed")));
  await expect.poll(states, READ_WITHIN).toEqual(["ended", "live"]);
  await close.tap();
  await expect.poll(states).toEqual(["ended", "ended"]);
});

test("the light is switched where the camera has one", async ({ before }) => {
  const page = await before();
  // Stands in for a camera with a light, which Chromium's own has not.
  await page.context().addInitScript(() => {
    const lights: (boolean | undefined)[] = [];
    Object.assign(window, { lights });
    const track = MediaStreamTrack.prototype;
    track.getCapabilities = () => ({ torch: true }) as object as MediaTrackCapabilities;
    track.applyConstraints = async (wanted) => {
      const [first] = (wanted?.advanced ?? []) as { torch?: boolean }[];
      lights.push(first?.torch);
    };
  });
  await page.goto("/terreno");
  await newVisit(new Thumb(page));
  await page.getByRole("button", { name: SEARCH }).tap();
  const light = page.getByRole("dialog").getByRole("button", { name: "Linterna" });
  await expect(light).toHaveAttribute("aria-pressed", "false", READ_WITHIN);
  await expectAccessible(page);
  await light.tap();
  await expect(light).toHaveAttribute("aria-pressed", "true");
  await light.tap();
  await expect(light).toHaveAttribute("aria-pressed", "false");
  const lights = await page.evaluate(() => (window as unknown as { lights: boolean[] }).lights);
  expect(lights).toEqual([true, false]);
});

test("two different stickers in view are named, and none is taken", async ({ before }) => {
  const page = await before(sticker(chip()), sticker(chip()));
  await newVisit(new Thumb(page));
  await page.getByRole("button", { name: SEARCH }).tap();
  const view = page.getByRole("dialog", { name: SEARCH });
  await expect(view.getByText("Se ve más de un código")).toBeVisible(READ_WITHIN);
  await view.getByRole("button", { name: "Cerrar" }).tap();
  await expect(page.getByLabel("Buscar a la persona")).toHaveValue("");
});

test("the invitation's QR is read into the field of its code", async ({ before }) => {
  const text = "HUELLA:7K2M0QXZ";
  const page = await before({ format: "QRCode", text });
  await page.getByRole("button", { name: "Emparejar este teléfono" }).tap();
  await page.getByRole("button", { name: "Leer el QR" }).tap();
  await expect(page.getByLabel("Código de coordinación")).toHaveValue(text, READ_WITHIN);
  await expect.poll(() => cameras(page)).toEqual(["ended"]);
});

test("a browser that reads codes is asked, and takes no decoder along", async ({ before }) => {
  const page = await before();
  // Stands in for the detector that Chromium has on phones and not here.
  await page.context().addInitScript((rawValue) => {
    class StandInDetector {
      static async getSupportedFormats() {
        return ["code_128", "data_matrix", "qr_code"];
      }

      async detect(seen: object) {
        return seen instanceof HTMLVideoElement ? [{ rawValue }] : [];
      }
    }
    Object.assign(window, { BarcodeDetector: StandInDetector });
  }, KNOWN);
  await page.goto("/terreno");
  await prepare(page);
  expect(await heldParts(page)).toEqual([]);
  await newVisit(new Thumb(page));
  await page.getByRole("button", { name: SEARCH }).tap();
  await expect(page.getByLabel("Buscar a la persona")).toHaveValue(KNOWN);
  await expect(page.locator(".owner-card").first()).toBeVisible();
  await expect.poll(() => cameras(page)).toEqual(["ended"]);
});

test("a browser that promises codes and reads none is not believed", async ({ before }) => {
  const page = await before(sticker(KNOWN));
  // Stands in for the detector of phones without Google's services.
  await page.context().addInitScript(() => {
    class StandInDetector {
      static async getSupportedFormats() {
        return ["code_128", "data_matrix", "qr_code"];
      }

      async detect() {
        throw new DOMException("", "NotSupportedError");
      }
    }
    Object.assign(window, { BarcodeDetector: StandInDetector });
  });
  await page.goto("/terreno");
  await prepare(page);
  expect(await heldParts(page)).toEqual(PREPARED);
  await newVisit(new Thumb(page));
  await page.getByRole("button", { name: SEARCH }).tap();
  await expect(page.getByLabel("Buscar a la persona")).toHaveValue(KNOWN, READ_WITHIN);
});

test("what did not come is named, and comes with the next preparation", async ({ before }) => {
  const page = await before(sticker(KNOWN));
  await page.context().addInitScript(() => {
    const own = window.fetch.bind(window);
    window.fetch = (asked, ...rest) => {
      const isCut = String(asked).includes("/zxing-") && !localStorage.getItem("with-decoder");
      return isCut ? Promise.reject(new TypeError("cut")) : own(asked, ...rest);
    };
  });
  await page.goto("/terreno");
  await page.getByRole("button", { name: "Preparar este operativo" }).tap();
  await expect(page.getByText(UNREADY)).toBeVisible();
  await expect(page.getByText(MISSING)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-camera-missing");
  await newVisit(new Thumb(page));
  await page.getByRole("button", { name: SEARCH }).tap();
  await expect(page.getByRole("alert")).toContainText("aún no tiene el lector de códigos");
  expect(await cameras(page)).toEqual([]);

  await page.evaluate(() => localStorage.setItem("with-decoder", "1"));
  // The app asks for it by itself when it comes back with signal.
  await page.goto("/terreno");
  await expect.poll(() => heldParts(page)).toEqual(PREPARED);
  await hasAllButPin(page);
  await expect(page.getByText(MISSING)).toHaveCount(0);
});

test("a camera that is not allowed says so, and the number can be typed", async (
  { withSwitches },
) => {
  const page = await withSwitches([
    "--use-fake-device-for-media-stream",
    "--deny-permission-prompts",
  ]);
  await newVisit(new Thumb(page));
  await page.getByRole("button", { name: SEARCH }).tap();
  await expect(page.getByRole("alert")).toContainText("La cámara no tiene permiso", READ_WITHIN);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-camera-denied");
  await page.getByLabel("Buscar a la persona").fill(KNOWN);
  await expect(page.locator(".owner-card").first()).toBeVisible();
});

test("a phone without a camera says so", async ({ withSwitches }) => {
  const page = await withSwitches([
    "--use-fake-device-for-media-stream=device-count=0",
    "--use-fake-ui-for-media-stream",
  ]);
  await newVisit(new Thumb(page));
  await page.getByRole("button", { name: SEARCH }).tap();
  await expect(page.getByRole("alert")).toContainText("No se pudo abrir la cámara", READ_WITHIN);
});
