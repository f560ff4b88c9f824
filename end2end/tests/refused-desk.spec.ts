// What a phone was refused is seen at the desk, too: whoever recorded it may be unable to mend it.
import { choose, PIN, visited } from "../fixtures/pin.ts";
import { register, registration } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { untold } from "../fixtures/store.ts";
import { submit } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip, run, withoutServer } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const UNRESOLVED = "/coordinacion/por-resolver";
const REFUSED = `${UNRESOLVED}?lista=refused`;
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

  await seat(page, huella, "coordinacion", REFUSED);
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
  await seat(page, huella, "coordinacion", REFUSED);
  const card = page.locator("main li.card", { hasText: "Animal: Lirquén" });
  await card.getByLabel("Microchip correcto").fill(wanted.chip);
  await card.getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(card).toHaveCount(0);
  await expect(page.getByRole("status").filter({ hasText: "Resuelto" })).toBeVisible();
});

test("what somebody withdraws on the phone is asked of nobody at the desk", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  const taken = chip();
  const other = { document: run(), address: null, chip: taken, name: "Ajena" };
  expect((await register(page, other)).outcome).toBe("accepted");
  await withoutServer(page, huella);
  await visited(page, "Quintay", taken);
  await huella.serve();
  await online(page);
  await page.goto("/terreno/registros");
  const row = page.getByRole("link", { name: /^Quintay/ });
  await expect(row).toContainText("Hay que comparar dos registros", { timeout: 60_000 });

  // Without the server: it hears of it when it is there again.
  await huella.stop();
  await row.tap();
  await page.getByRole("button", { name: "Retirar", exact: true }).tap();
  await expect(page.getByText("Registro retirado")).toBeVisible();
  // Who leaves the page meant it.
  await page.getByRole("link", { name: "Registros de este teléfono" }).tap();
  await expect(row).toHaveCount(0);
  await expect.poll(() => untold(page)).toMatch(/^[0-9a-f-]{36} \d+\n$/);
  await huella.serve();
  await online(page);
  await expect.poll(() => untold(page), { timeout: 60_000 }).toBe("");

  await seat(page, huella, "coordinacion", `${UNRESOLVED}?lista=withdrawn`);
  await expect(page.getByRole("heading", { name: "Retirados en el teléfono" })).toBeVisible();
  const card = page.locator("main li.card", { hasText: "Animal: Quintay" });
  await expect(card).toContainText(/retirado en el teléfono por .+\sel\s\p{L}{3}\s\d/u);
  await expect(card.getByRole("button")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "desk-withdrawn");
});
