// A day of an operative with an iPhone, on its engine: the phone keeps the app and its keys, works
// without the server, and brings each record home once.
import { setTimeout as pause } from "node:timers/promises";
import { ask } from "../fixtures/ask.ts";
import { bars } from "../fixtures/camera.ts";
import type { Card } from "../fixtures/coordinator.ts";
import { OTHER } from "../fixtures/pin.ts";
import { online } from "../fixtures/signal.ts";
import { heldRecords } from "../fixtures/store.ts";
import { chip, run } from "../fixtures/visit.ts";
import { expect, test, type Phone } from "./phone.ts";
import { choosePin, invite, unlock, visit } from "./visit.ts";

/** The first chip of the demonstration, which an animal carries. */
const KNOWN = "999000000100001";
/** What Safari says in a page that is not on the home screen; no other browser says it. */
const OUTSIDE = "Object.defineProperty(Navigator.prototype, 'standalone', { value: false });";
const CAMERA = "Leer un microchip con la cámara";

/**
 * In a page: a camera before a sticker, which stands in for the one that this machine has not. On
 * the prototype, since the engine forgets what was written on `navigator.mediaDevices` itself.
 */
async function camera(number: string): Promise<string> {
  const inks = await bars(number);
  return `MediaDevices.prototype.getUserMedia = async () => {
    const view = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
    const pen = view.getContext("2d");
    const inks = ${JSON.stringify(inks)};
    setInterval(() => {
      pen.fillStyle = "white";
      pen.fillRect(0, 0, 1280, 720);
      pen.fillStyle = "black";
      inks.forEach((isInk, at) => isInk && pen.fillRect(300 + 5 * at, 280, 5, 160));
    }, 100);
    return view.captureStream(10);
  };`;
}

/** What a script finds where the phone keeps the keys that it made. */
interface OwnKeys {
  /** The public half of the phone's own. */
  x: string | undefined;
  /** Of both secret keys, its own and the vault's, whether they come out; null for no key. */
  extractable: (boolean | null)[];
  /** How many of them are given out all the same. */
  readable: number;
}

function ownKeys(phone: Phone): Promise<OwnKeys> {
  return phone.evaluate(async () => {
    const kept = async (database: string): Promise<unknown> => {
      const opening = indexedDB.open(database);
      await new Promise((done) => (opening.onsuccess = done));
      const asked = opening.result.transaction("keys").objectStore("keys").get("device");
      await new Promise((done) => (asked.onsuccess = done));
      opening.result.close();
      return asked.result;
    };
    const { privateKey, publicKey } = (await kept("huella-device")) as CryptoKeyPair;
    const vault = (await kept("huella-vault")) as CryptoKey;
    const { x } = await crypto.subtle.exportKey("jwk", publicKey);
    const told = (key: unknown) => (key instanceof CryptoKey ? key.extractable : null);
    const tried = await Promise.allSettled([
      crypto.subtle.exportKey("pkcs8", privateKey),
      crypto.subtle.exportKey("raw", vault),
    ]);
    const readable = tried.filter(({ status }) => status === "fulfilled").length;
    return { x, extractable: [privateKey, vault].map(told), readable };
  });
}

test("a visit without the server is kept behind the PIN, and sent once when it is back", async (
  { phone, huella },
) => {
  await phone.begin(huella);
  await choosePin(phone);
  await phone.keepsApp();
  await huella.stop();
  await phone.reload();
  await unlock(phone, OTHER);
  await phone.read("Ese no es el PIN");
  await unlock(phone);
  await phone.read("Sin señal");
  const [document, number] = [run(), chip()];
  await visit(phone, document, number);
  await phone.read("Por enviar");
  await phone.reload();
  await unlock(phone);
  await phone.read("1 en el teléfono");
  const held = await heldRecords(phone.page);
  expect(held.map(({ head }) => head.sequence)).toEqual([1]);

  await huella.serve();
  await phone.goto("/terreno/registros");
  await unlock(phone);
  await phone.read("Registros de este teléfono");
  await online(phone.page);
  await phone.read("1 recibido, ninguno pendiente", 60_000);
  const { owners } = await ask<{ owners: Card[] }>(
    phone.page, "/api/v1/field/search", { text: document },
  );
  const recorded = owners.map(({ animals }) => animals.map(({ services }) => services.length));
  expect(recorded, "one owner with one animal, its chip and its dose").toEqual([[2]]);
});

test("a phone is paired, and no script reads the keys that it keeps", async (
  { phone, huella },
) => {
  const code = await invite(phone, huella);
  await phone.begin(huella);
  await phone.press("Emparejar este teléfono");
  await phone.fill("Código de coordinación", code);
  await phone.fill("Nombre del teléfono", "Mesa azul");
  await phone.type("");
  await phone.read("Emparejado como «Mesa azul»");
  const keys = await ownKeys(phone);
  expect(keys).toEqual({ x: expect.any(String), extractable: [false, false], readable: 0 });
  await phone.reload();
  await phone.read("Emparejado como «Mesa azul»");
  expect(await ownKeys(phone), "they are the same after a reload").toEqual(keys);
});

test("a page that was left in the middle does not hold up the next", async (
  { phone, huella, front },
) => {
  // Of pages that were left before their scripts had come.
  front.allow(/Load failed/);
  await phone.begin(huella);
  for (let late = 0; late < 200; late += 20) {
    await phone.goto("/terreno");
    await phone.reload();
    // Somewhere in the middle of opening its store.
    await pause(late);
    await phone.goto("/terreno/registros");
    await phone.read("ninguno pendiente", 10_000);
  }
});

test("how to install is told once", async ({ phone, huella, front }) => {
  front.first = OUTSIDE;
  await phone.begin(huella);
  await phone.read("Instale Huella en este teléfono");
  await phone.press("Entendido");
  await expect.poll(() => phone.says("Instale Huella")).toBe(false);
  await phone.reload();
  await phone.read("Nueva atención");
  // The browser is asked about this phone once the page stands.
  await phone.evaluate(() => (window as unknown as Bridge).huella("phone", "facts"));
  expect(await phone.says("Instale Huella")).toBe(false);
});

test("without a camera it says so, and the number is typed", async ({ phone, huella }) => {
  await phone.begin(huella);
  await phone.press("Nueva atención");
  await phone.at("buscar");
  await phone.press(CAMERA);
  await phone.read("No se pudo abrir la cámara");
  expect(await phone.count("dialog[open]")).toBe(0);
  await phone.fill("Buscar a la persona", KNOWN);
  await expect.poll(() => phone.count(".owner-card")).toBeGreaterThan(0);
});

test("a sticker is read without the server, by the decoder of the preparation", async (
  { phone, huella, front },
) => {
  const number = chip();
  front.first = await camera(number);
  await phone.begin(huella);
  const isNative = await phone.evaluate(() => "BarcodeDetector" in window);
  expect(isNative, "this engine reads no codes by itself").toBe(false);
  await phone.press("Preparar este operativo");
  await phone.read("Aún no está listo: ");
  expect(await phone.says("Falta el lector de códigos"), "it has come").toBe(false);
  await phone.keepsApp();
  await huella.stop();
  await phone.reload();
  await phone.press("Nueva atención");
  await phone.at("buscar");
  await phone.press(CAMERA);
  const typed = () => phone.evaluate(() => {
    return document.querySelector<HTMLInputElement>("#buscar")?.value;
  });
  // The decoder is compiled at the first reading.
  await expect.poll(typed, { timeout: 30_000 }).toBe(number);
  await huella.serve();
});

/** How a page asks its scripts. */
interface Bridge {
  huella: (script: "phone", act: "facts") => Promise<string>;
}
