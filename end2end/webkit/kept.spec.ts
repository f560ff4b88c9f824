// What an iPhone seals, signs and keeps, by its engine's own cryptography and store: what waits
// outlives a forgotten PIN, a certificate is signed at the table, pictures and signatures go home,
// two windows keep one queue, and a phone without room says so.
import { ask } from "../fixtures/ask.ts";
import type { Card } from "../fixtures/coordinator.ts";
import { holdOlder } from "../fixtures/older.ts";
import { qrCodes } from "../fixtures/pdf.ts";
import { counted } from "../fixtures/picture.ts";
import { online } from "../fixtures/signal.ts";
import { copied, heldRecords } from "../fixtures/store.ts";
import { chip, run } from "../fixtures/visit.ts";
import { expect, test, type Phone } from "./phone.ts";
import { animal, chipped, choosePin, invite, keep, owner, visit } from "./visit.ts";

const SENT_WITHIN = 60_000;

/** In a page: what is chosen for a field of files is a picture that no other is like. */
const CAMERA = `HTMLInputElement.prototype.click = async function () {
  const view = Object.assign(document.createElement("canvas"), { width: 2000, height: 1500 });
  const pen = view.getContext("2d");
  for (let at = 0; at < 3000; at += 1) {
    pen.fillStyle = "hsl(" + Math.random() * 360 + " 60% 50%)";
    pen.fillRect(Math.random() * 2000, Math.random() * 1500, 60, 60);
  }
  const blob = await new Promise((done) => view.toBlob(done, "image/jpeg", 0.9));
  const chosen = new DataTransfer();
  chosen.items.add(new File([blob], "IMG_0001.jpg", { type: "image/jpeg" }));
  this.files = chosen.files;
  this.dispatchEvent(new Event("change"));
};`;

/** What the register knows of who showed this document: how much was done to each animal. */
async function done(phone: Phone, document: string): Promise<number[][]> {
  const asked = { text: document };
  const { owners } = await ask<{ owners: Card[] }>(phone.page, "/api/v1/field/search", asked);
  return owners.map(({ animals }) => animals.map(({ services }) => services.length));
}

/** A visit of a new owner with a new dog that gets nothing but its chip. */
async function brief(phone: Phone, document: string) {
  await owner(phone, document);
  await animal(phone, "Luna");
  await phone.press("Continuar");
  await chipped(phone, chip());
  await keep(phone);
}

test("what a forgotten PIN has shut goes home from its sealed copy", async ({ phone, huella }) => {
  await phone.begin(huella);
  await choosePin(phone);
  await phone.keepsApp();
  await huella.stop();
  const document = run();
  await visit(phone, document, chip());
  await copied(phone.page, 1);
  await phone.reload();
  await phone.heading("PIN de este teléfono");
  await phone.press("Mostrar los registros a otro teléfono");
  await phone.read("el otro necesita unos");
  expect(await phone.count("dialog[open] .qr path[d^=M]")).toBe(1);
  await phone.press("Cerrar");
  await phone.press("Olvidé mi PIN");
  await huella.serve();
  await phone.press("Empezar de nuevo");
  await phone.read("Registro cerrado");
  await phone.goto("/terreno/registros");
  await phone.read("Registro cerrado");
  await online(phone.page);
  await phone.read("1 recibido, ninguno pendiente", SENT_WITHIN);
  expect(await done(phone, document), "a chip and a dose").toEqual([[2]]);
});

test("a paired phone signs at the table, and what was drawn and photographed goes home", async (
  { phone, huella, front },
) => {
  front.first = CAMERA;
  const code = await invite(phone, huella);
  await phone.begin(huella);
  await phone.press("Emparejar este teléfono");
  await phone.fill("Código de coordinación", code);
  await phone.fill("Nombre del teléfono", "Mesa verde");
  await phone.type("");
  await phone.read("Emparejado como «Mesa verde»");
  await phone.keepsApp();
  await huella.stop();
  await phone.reload();
  const document = run();
  await owner(phone, document, ["Autoriza fotos"]);
  await animal(phone, "Firmada");
  await phone.press("Declaración simple");
  await phone.draw("signature");
  await expect.poll(() => phone.count(".signature-ink[d^='M']")).toBe(1);
  await phone.press("Tomar foto del animal");
  await expect.poll(() => phone.count(".picture-list img")).toBe(1);
  await phone.press("Continuar");
  await chipped(phone, chip());
  await keep(phone);
  const [held] = await heldRecords(phone.page);
  expect(held!.body, "what was drawn").toMatch(/"declaration":"M\d+ \d+L/);

  await phone.read("Certificado provisional");
  const seen = async () => {
    await phone.center(".slip .qr");
    return (await qrCodes(await phone.picture()))[0] ?? "";
  };
  await expect.poll(seen).toMatch(/^HTTP.*\/P\/[A-Z2-7]+$/);
  const path = `/P/${(await seen()).split("/P/")[1]}`;
  // Nothing sends the record while its certificate is looked at.
  await phone.leave();
  await huella.serve();
  await phone.goto(path);
  await phone.read("Provisional: el registro viene en camino");
  await expect.poll(() => phone.count("[data-result=valid]")).toBe(1);

  await phone.goto("/terreno/registros");
  await phone.read("Registros de este teléfono");
  await online(phone.page);
  await expect.poll(() => counted(phone.page), { timeout: SENT_WITHIN }).toBe("0 0 0");
  await phone.read("1 recibido, ninguno pendiente");
  await phone.goto(path);
  await phone.read("Reemplazado por el certificado definitivo");
});

test("two windows keep one queue, and it goes home once", async ({ phone, huella }) => {
  await phone.begin(huella);
  await phone.keepsApp();
  await huella.stop();
  const [first, second] = [run(), run()];
  await brief(phone, first);
  await phone.another();
  await phone.goto("/terreno");
  await phone.read("1 en el teléfono");
  await brief(phone, second);
  await phone.read("2 en el teléfono");
  const held = await heldRecords(phone.page);
  expect(held.map(({ head }) => head.sequence)).toEqual([1, 2]);
  await huella.serve();
  await phone.goto("/terreno/registros");
  await phone.read("Registros de este teléfono");
  await online(phone.page);
  await phone.read("2 recibidos, ninguno pendiente", SENT_WITHIN);
  expect([await done(phone, first), await done(phone, second)]).toEqual([[[1]], [[1]]]);
});

test("what an older version of the app has kept goes home", async ({ phone, huella }) => {
  await phone.begin(huella);
  const documents = [run(), run()];
  await holdOlder(phone.page, documents);
  await phone.goto("/terreno/registros");
  await phone.read("2 recibidos, ninguno pendiente", SENT_WITHIN);
  for (const document of documents) expect(await done(phone, document)).toEqual([[1]]);
});

test("a phone without room says so, and keeps what was filled in", async ({ phone, huella }) => {
  await phone.begin(huella);
  const document = run();
  await owner(phone, document);
  await animal(phone, "Apretada");
  await phone.press("Continuar");
  await chipped(phone, chip());
  await phone.press("Revisar");
  await phone.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
      if (this.name === "submissions") throw new DOMException("full", "QuotaExceededError");
      return put.call(this, value, key);
    };
  });
  await phone.press("Guardar atención");
  await phone.read("Lo que escribe no se está guardando");
  expect(await heldRecords(phone.page)).toEqual([]);
  await phone.reload();
  await phone.press("Guardar atención");
  await phone.heading("Atención guardada");
  await phone.read("Enviado", SENT_WITHIN);
});
