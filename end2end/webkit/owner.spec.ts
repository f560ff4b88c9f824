// An owner with an iPhone: the public pages without a script, and the verification page, which
// checks the signature by this engine's own cryptography.
import type { Huella } from "../fixtures/huella.ts";
import { pathOf } from "../fixtures/owner.ts";
import { register } from "../fixtures/register.ts";
import { chip, run } from "../fixtures/visit.ts";
import { expect, test, type Phone } from "./phone.ts";

/** A new owner with a chipped dog, and the path that verifies its certificate. */
async function certified(phone: Phone, huella: Huella, who: string) {
  await phone.signIn(huella, "terreno", "/cuenta");
  const address = `${who}-${Date.now()}@example.cl.invalid`;
  const owner = { document: run(), chip: chip(), address, name: "Ñusta" };
  const answer = await register(phone.page, owner);
  const [issued] = answer.documents ?? [];
  if (!issued?.link) throw new Error(`no document: ${JSON.stringify(answer)}`);
  return { ...owner, path: pathOf(issued.link) };
}

test("a certificate is verified by the page itself", async ({ phone, huella }) => {
  const { path } = await certified(phone, huella, "iphone");
  await phone.goto(path);
  await phone.read("el documento está vigente");
  await expect.poll(() => phone.count("[data-result=valid]")).toBe(1);
  const last = path.endsWith("A") ? "B" : "A";
  await phone.goto(path.slice(0, -1) + last);
  expect(await phone.count("h1")).toBe(1);
  expect(await phone.says("vigente")).toBe(false);
});

test("what goes wrong in a page is heard", async ({ phone, front }) => {
  front.allow(/on purpose/);
  await phone.goto("/verificar");
  await phone.evaluate(() => {
    console.error("said on purpose");
    setTimeout(() => {
      throw new Error("thrown on purpose");
    });
    Promise.reject(new Error("rejected on purpose"));
  });
  const kinds = () => front.heard.map((line) => line.split(" ")[0]).sort();
  await expect.poll(kinds).toEqual(["console", "rejected", "thrown"]);
});

test.describe("without script", () => {
  // Everything of a page that would run is left out when it is read.
  test.use({ switches: ["--enable-javascript-markup=FALSE"] });

  test("an owner finds the documents, and anybody verifies one", async (
    { phone, huella, mail },
  ) => {
    const { document, chip, address, path } = await certified(phone, huella, "sin-script");
    await mail.arrived(address);
    await phone.goto("/certificados");
    await phone.fill("Su RUN", document);
    await phone.fill("Últimos 6 dígitos", chip.slice(-6));
    await phone.press("Recibir un código");
    const coded = await mail.arrived(address, 2);
    await phone.fill("Código", /\b(\d{6})\b/.exec(coded.text)![1]!);
    await phone.press("Ver mis animales");
    await phone.read("Ñusta");
    await phone.press("Avisar que se perdió");
    await phone.read("Avisamos que se perdió");

    await phone.goto("/encontre");
    await phone.fill("Número de microchip", chip);
    await phone.press("Buscar el microchip");
    await phone.read("Enviar el mensaje");

    await phone.goto(path);
    await phone.read("el documento está vigente");
    expect(await phone.count("script"), "none was read").toBe(0);
  });
});
