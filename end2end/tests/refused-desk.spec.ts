// What a phone was refused is seen at the desk, too: whoever recorded it may be unable to mend it.
import { choose, PIN } from "../fixtures/pin.ts";
import { registration } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { submit } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip, run } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const UNRESOLVED = "/coordinacion/por-resolver";
/** The first chip of the demonstration, which an animal carries, as people read it. */
const KNOWN = "999000000100001";
const READ = /999\s?0000\s?0010\s?0001/;

test("what nobody can open any more is put away at the desk, and the phone learns it", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await choose(page, PIN);
  await page.getByRole("link", { name: /^La caja: / }).tap();
  await page.locator("#loss_number").fill(KNOWN);
  await page.getByText("Dañado", { exact: true }).tap();
  await page.getByRole("button", { name: "Registrar que ya no está" }).tap();
  const lost = page.getByRole("link", { name: /^Fuera de la caja: / });
  await expect(lost).toContainText("No aceptado: revíselo");
  await page.reload();
  await page.getByRole("button", { name: "Olvidé mi PIN" }).tap();
  await page.getByRole("button", { name: "Empezar de nuevo" }).tap();
  const shut = page.getByRole("link", { name: /Registro cerrado/ });
  await expect(shut).toContainText("No aceptado: revíselo");

  await seat(page, huella, "coordinacion", UNRESOLVED);
  const title = page.getByRole("heading", { name: "Rechazados que nadie ha corregido" });
  await expect(title).toBeVisible();
  // The latest comes first; another test may have left one.
  const cards = page.locator("main li.card", { hasText: READ });
  const before = await cards.count();
  await expect(cards.first()).toContainText("implantado");
  await expectAccessible(page);
  await shot(page, "desk-refused");
  await cards.first().getByLabel("Por qué no se registra").fill("Se contó la caja");
  await cards.first().getByRole("button", { name: "No registrar" }).click();
  await expect(cards).toHaveCount(before - 1);

  await seat(page, huella, "terreno", "/terreno/registros");
  await shut.tap();
  const told = page.getByRole("alert").filter({ hasText: "La coordinación revisó" });
  await expect(told).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-put-away");
});

test("what was refused is put right at the desk", async ({ page, huella }) => {
  await seat(page, huella, "terreno", "/terreno");
  const wanted = { document: run(), address: null, chip: chip(), name: "Lirquén" };
  const commands = await registration(page, wanted) as { details: Record<string, unknown> }[];
  commands[2]!.details.second_reading = chip();
  const answer = await submit(page, commands);
  expect(answer.refusal?.reason).toBe("chip_readings_differ");
  await seat(page, huella, "coordinacion", UNRESOLVED);
  const card = page.locator("main li.card", { hasText: "Animal: Lirquén" });
  await card.getByLabel("Microchip correcto").fill(wanted.chip);
  await card.getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(card).toHaveCount(0);
  await expect(page.getByRole("status").filter({ hasText: "Resuelto" })).toBeVisible();
});
