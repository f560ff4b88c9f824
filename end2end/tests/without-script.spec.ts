// The owner's and the finder's whole journeys in a browser that runs no script at all.
import { signIn } from "../fixtures/account.ts";
import { pdfText } from "../fixtures/pdf.ts";
import { register } from "../fixtures/register.ts";
import { expect, test } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });

test("an owner finds the documents, reports the loss and is found @critical", async (
  { page, browser, huella, mail },
) => {
  test.setTimeout(120_000);
  const address = `sin-script-${Date.now()}@example.cl.invalid`;
  const [document, number] = [run(), chip()];
  await signIn(page, huella, "terreno", "/terreno");
  const answer = await register(page, { document, address, chip: number, name: "Ñusta" });
  expect(answer.outcome).toBe("accepted");
  await mail.arrived(address);

  const silent = await browser.newContext({
    baseURL: huella.origin,
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  });
  const owner = await silent.newPage();
  await owner.goto("/certificados");
  await owner.getByLabel("Su RUN").fill(document);
  await owner.getByLabel("Últimos 6 dígitos").fill(number.slice(-6));
  await owner.getByRole("button", { name: "Recibir un código" }).click();
  const coded = await mail.arrived(address, 2);
  await owner.getByLabel("Código").fill(/\b(\d{6})\b/.exec(coded.text)![1]!);
  await owner.getByRole("button", { name: "Ver mis animales" }).click();
  await expect(owner.getByRole("heading", { name: "Ñusta" })).toBeVisible();

  const link = owner.getByRole("link", { name: /Descargar/ }).first();
  const pdf = await owner.request.get((await link.getAttribute("href"))!);
  expect((await pdfText(await pdf.body()))[0]).toContain("Ñusta");

  await owner.getByRole("button", { name: "Avisar que se perdió" }).click();
  await expect(owner.locator("main")).toContainText("Avisamos que se perdió");

  const finder = await (await browser.newContext({
    baseURL: huella.origin,
    javaScriptEnabled: false,
  })).newPage();
  await finder.goto("/encontre");
  await finder.getByLabel("Número de microchip").fill(number);
  await finder.getByRole("button", { name: "Buscar el microchip" }).click();
  await expect(finder.locator("main")).not.toContainText("Demostración, Prueba");
  await expect(finder.locator("main")).not.toContainText("Sicilia");
  await finder.getByRole("button", { name: "Enviar el mensaje" }).click();
  await expect(finder.getByRole("alert")).toBeVisible();
  await finder.getByLabel("Su mensaje").fill("Está bien, en la plaza");
  await finder.getByLabel("Su teléfono o correo").fill("+56 9 1234 5678");
  await finder.getByRole("button", { name: "Enviar el mensaje" }).click();
  await expect(finder).toHaveURL(/\/encontre\/enviado$/);
  const relayed = await mail.arrived(address, 3);
  expect(relayed.text).toContain("Está bien, en la plaza");

  await owner.goto("/mis-animales");
  await owner.getByRole("button", { name: "Ya apareció" }).click();
  await expect(owner.locator("main")).toContainText("Qué bueno que apareció");
  await owner.getByRole("link", { name: /Pedir una corrección/ }).first().click();
  await owner.getByLabel("Qué hay que corregir").fill("Se llama Ñusta María");
  await owner.getByRole("button", { name: "Enviar el pedido" }).click();
  await expect(owner.locator("main")).toContainText("Recibimos su pedido");
  await expect(owner.locator("main")).toContainText("encontró a su animal");
  await owner.context().close();
  await finder.context().close();
});
