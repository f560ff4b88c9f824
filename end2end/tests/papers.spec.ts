// Documents that ended or were never ours, the folder of mails, the slip and pages on paper.
import { signIn } from "../fixtures/account.ts";
import { apart, barely } from "../fixtures/apart.ts";
import { ownerOf, record, revoke } from "../fixtures/coordinator.ts";
import { inOrder } from "../fixtures/in-order.ts";
import { address, LONG_PERSON, LONG_PET, pathOf, registered } from "../fixtures/owner.ts";
import { pdfLinks, pdfPictures, pdfQrCodes, pdfText } from "../fixtures/pdf.ts";
import { keepPicture } from "../fixtures/shot.ts";
import { expect, test } from "../fixtures/test.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

test("a document that was replaced, withdrawn, revoked or altered is told apart", async (
  { page, huella, silence },
) => {
  silence.allow(/status of 422/);
  const [replaced, withdrawn, revoked] = [
    await registered(page, huella, { address: null, name: "Nube" }),
    await registered(page, huella, { address: null, name: "Brisa" }),
    await registered(page, huella, { address: null, name: "Roca" }),
  ];
  await signIn(page, huella, "coordinacion", "/cuenta");
  const [nube] = (await ownerOf(page, replaced.chip)).animals;
  const details = { ...nube!.details, name: "Nubia" };
  await record(page, { command: "correct_animal", animal: nube!.id, details, reason: "mistyped" });
  const [brisa] = (await ownerOf(page, withdrawn.chip)).animals;
  const service = brisa!.services[0]!.id;
  await record(page, { command: "annul_service", service, reason: "No era este animal" });
  await revoke(page, revoked.id, "Se entregó por error");
  await page.context().clearCookies();

  for (const [path, words, name, pet] of [
    [replaced.path, "Reemplazado por uno más nuevo", "replaced", "Nube"],
    [withdrawn.path, "Retirado", "withdrawn", "Brisa"],
    [revoked.path, "Anulado", "revoked", "Roca"],
  ] as const) {
    await page.goto(path);
    await expect(page.locator(".notice-title")).toHaveText(words);
    await expect(page.getByRole("heading", { name: pet, exact: true })).toBeVisible();
    // The signature itself holds: what ended is the document.
    await expect(page.locator("[data-result]")).toHaveAttribute("data-result", "valid");
    await expect(page.locator("main")).not.toContainText("De la Demostración");
    await inOrder(page, `verification-${name}`);
  }
  const at = revoked.path.length - 20;
  const letter = revoked.path[at] === "A" ? "B" : "A";
  await page.goto(revoked.path.slice(0, at) + letter + revoked.path.slice(at + 1));
  await expect(page.locator(".notice-title")).toContainText("Alterado");
  await expect(page.locator("main")).not.toContainText("Roca");
  await inOrder(page, "verification-altered");

  await page.goto("/verificar");
  await page.getByLabel("Dirección del documento").fill("no es una dirección");
  await page.getByRole("button", { name: "Verificar" }).click();
  await expect(page.getByRole("alert")).toContainText("Dirección del documento: ");
  await inOrder(page, "verifying-refused");
});

barely("a folder without mails says what fills it", async ({ page }) => {
  await page.goto("/correo");
  await expect(page.locator("main")).toContainText("Todavía no hay correos");
  await expect(page.locator("main")).toContainText("Registre una atención");
  await inOrder(page, "demo-mail-empty");
});

apart("a document of another issuer is not ours, and its mail is in the folder", async (
  { page, huella, own, silence },
) => {
  silence.allow(/status of 404/);
  const to = address("ajena");
  const wanted = { address: to, name: LONG_PET, person: LONG_PERSON };
  const foreign = await registered(page, own, wanted);
  const mine = page.getByRole("link").filter({ hasText: to });
  await expect(async () => {
    await page.goto("/correo");
    await expect(mine).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await inOrder(page, "demo-mail-list");
  await mine.click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Ñato Segundo");
  await expect(page.locator("main")).toContainText(`Para ${to}`);
  await inOrder(page, "demo-mail");
  const links = await page.getByRole("link", { name: "/V/" }).all();
  expect(pathOf((await links[0]!.getAttribute("href"))!)).toBe(foreign.path);
  const attached = page.getByRole("link", { name: /\.pdf$/ });
  const pdf = await page.request.get((await attached.getAttribute("href"))!);
  expect((await pdfLinks(await pdf.body())).map(pathOf)).toContain(foreign.path);

  await page.goto(foreign.path);
  await expect(page.locator(".notice-title")).toHaveText("Vigente");
  const answer = await page.goto(`${huella.origin}${foreign.path}`);
  expect(answer?.status()).toBe(404);
  await expect(page.locator(".notice-title")).toHaveText("No lo emitimos nosotros");
  await expect(page.locator("main")).not.toContainText("Ñato");
  await inOrder(page, "verification-foreign");
});

test("the slip of who has no e-mail reads well, verifies and opens", async ({ page, huella }) => {
  const wanted = { address: null, name: LONG_PET, person: LONG_PERSON };
  const owner = await registered(page, huella, wanted);
  const paper = await (await page.request.get(`/papeletas/${owner.id}`)).body();
  const [text, ...more] = await pdfText(paper);
  expect(more, "one page").toEqual([]);
  const plain = text!.replaceAll(/\s/g, "");
  for (const words of [LONG_PET.slice(0, -3), owner.chip, owner.code!, "/certificados"]) {
    expect(plain).toContain(words.replaceAll(/\s/g, ""));
  }
  expect(plain, "nobody's name").not.toContain("Guillermina");
  const [picture] = await pdfPictures(paper);
  await keepPicture(picture!, "state-slip");
  const [code] = await pdfQrCodes(paper);
  expect(pathOf(code!)).toBe(owner.path);
  await page.goto(pathOf(code!));
  await expect(page.locator(".notice-title")).toHaveText("Vigente");

  await page.context().clearCookies();
  await page.goto("/certificados");
  await page.getByLabel("Código del papel").fill(owner.code!);
  await page.getByRole("button", { name: "Ver mis animales" }).click();
  await expect(page.locator("main")).toContainText("No tenemos un correo suyo");
  await inOrder(page, "own-without-mail");
});

test("a page on paper has its facts and nothing to press", async ({ page, huella }) => {
  const owner = await registered(page, huella, { address: null, name: LONG_PET });
  await page.goto("/certificados");
  await page.getByLabel("Código del papel").fill(owner.code!);
  await page.getByRole("button", { name: "Ver mis animales" }).click();
  for (const [path, name] of [["/mis-animales", "own"], [owner.path, "verification"]] as const) {
    await page.goto(path);
    await page.emulateMedia({ media: "print" });
    await expect(page.getByRole("navigation").first()).toBeHidden();
    const paper = await page.pdf({ format: "Letter", printBackground: false });
    await page.emulateMedia({ media: null });
    const words = (await pdfText(paper)).join("\n");
    expect(words.replaceAll(/\s/g, "")).toContain(owner.chip);
    expect(words).toContain("Ñato Segundo");
    for (const pressed of ["Salir", "Avisar que se perdió", "Mi certificado"]) {
      expect.soft(words).not.toContain(pressed);
    }
    for (const [index, picture] of (await pdfPictures(paper, 100)).entries()) {
      await keepPicture(picture, `state-print-${name}-${index + 1}`);
    }
  }
});
