// The whole road: from a chip in the field to a certificate in the owner's inbox, found again,
// verified by anybody, corrected, and the old one said to be replaced.
import type { Page } from "@playwright/test";
import { signIn } from "../fixtures/account.ts";
import { ownerOf } from "../fixtures/coordinator.ts";
import type { Huella } from "../fixtures/huella.ts";
import { pdfLinks, pdfQrCodes, pdfText } from "../fixtures/pdf.ts";
import { submit } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, chip, firstDoses, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });

/** Groups of a chip as documents print it. */
function grouped(chip: string): string {
  return `${chip.slice(0, 3)} ${chip.slice(3, 7)} ${chip.slice(7, 11)} ${chip.slice(11)}`;
}

test("a chip becomes a certificate that anybody can verify @critical", async (
  { page, huella, mail, silence },
) => {
  test.setTimeout(180_000);
  silence.allow(/status of 4(04|22)/);
  const address = `duena-${Date.now()}@example.cl.invalid`;
  const document = run();
  const number = chip();

  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, document, { typed: address, meant: address });
  await newAnimal(thumb, "Ñata");
  await readChip(thumb, number);
  await firstDoses(page);
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();

  // The mail, with its document.
  const letter = await mail.arrived(address);
  expect(letter.subject).toContain("Ñata");
  const attachment = letter.attachments?.find((one) => one.contentType === "application/pdf");
  expect(attachment, "a PDF is attached").toBeTruthy();
  const pdf = await mail.attachment(letter, attachment!);
  const [text, ...more] = await pdfText(pdf);
  expect(more).toEqual([]);
  expect(text).toContain("Ñata");
  expect(text).toContain(grouped(number));
  const [code] = await pdfQrCodes(pdf);
  expect(code).toMatch(/^HTTP.*\/V\/[A-Z2-7]+$/);
  expect((await pdfLinks(pdf)).map((link) => link.toUpperCase())).toContain(code);

  // Anybody's camera: the page says valid, and the browser checks the signature itself.
  const path = `/V/${code!.split("/V/")[1]}`;
  await page.goto(path);
  await expect(page.locator("main")).toContainText("el documento está vigente");
  await expect(page.locator("[data-result]")).toHaveAttribute("data-result", "valid");
  await expect(page.locator("main")).not.toContainText("María");
  await expectAccessible(page);
  await shot(page, "verification-valid");
  await page.goto(`${path.slice(0, -1)}${path.endsWith("A") ? "B" : "A"}`);
  await expect(page.locator("main")).not.toContainText("vigente");

  // The owner finds it again with a code.
  await page.goto("/certificados");
  await page.getByLabel("Su RUN").fill(document);
  await page.getByLabel("Últimos 6 dígitos").fill(number.slice(-6));
  await page.getByRole("button", { name: "Recibir un código" }).click();
  const coded = await mail.arrived(address, 2);
  const digits = /\b(\d{6})\b/.exec(coded.text)?.[1];
  expect(digits, coded.text).toBeTruthy();
  await page.getByLabel("Código").fill(digits!);
  await page.getByRole("button", { name: "Ver mis animales" }).click();
  await expect(page.getByRole("heading", { name: "Ñata" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "my-animals");

  // A coordinator corrects the name: a new document goes out, the old one says replaced.
  await correct(page, huella, number);
  const corrected = await mail.arrived(address, 3);
  const second = corrected.attachments?.find((one) => one.contentType === "application/pdf");
  expect((await pdfText(await mail.attachment(corrected, second!)))[0]).toContain("Ñusta");
  await page.goto(path);
  await expect(page.locator("main")).toContainText("Reemplazado por uno más nuevo");
  await shot(page, "verification-replaced");
});

/** Corrects the name of the animal that carries a chip, through the API that pages use too. */
async function correct(page: Page, huella: Huella, number: string) {
  await page.context().clearCookies();
  await signIn(page, huella, "coordinacion", "/terreno");
  const { id: animal, details } = (await ownerOf(page, number)).animals[0]!;
  const renamed = { ...details, name: "Ñusta" };
  const command = { command: "correct_animal", animal, details: renamed, reason: "mistyped" };
  const answer = await submit(page, [command], { outreach: null, visit: null });
  expect(answer.outcome, JSON.stringify(answer)).toBe("accepted");
}
