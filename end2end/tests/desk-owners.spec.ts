// What a coordinator does with people at a wide desk: puts their data right, joins two records of
// one person and parts them again, and hands an animal on to somebody else.
import type { Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import { register, registration } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { line, sheetOf, unfold } from "../fixtures/sheet.ts";
import { submit } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";

test.use({ data: "demonstration", viewport: { width: 1280, height: 800 }, colorScheme: "light" });
test.setTimeout(180_000);

/** Somebody new with a chipped dog, sent by whoever is signed in. */
async function somebody(page: Page, given: string, name: string) {
  const person = { given, surnames: "Ñancupil de la Torre" };
  const known = { document: run(), address: null, chip: chip(), name, person };
  const sheet = sheetOf(await register(page, known));
  const { id } = await ownerOf(page, known.chip);
  const owner = `/coordinacion/registro/persona/${id}`;
  return { ...known, sheet, owner, full: `${given} ${person.surnames}` };
}

/** The value beside a name on a sheet. */
function datum(page: Page, name: string) {
  const term = page.locator("dt", { hasText: new RegExp(`^${name}$`) });
  return page.locator(".summary-row", { has: term }).locator("dd");
}

const RECORDED = "Guardado. Si algún documento cambia, se emite de nuevo.";
const ELSEWHERE = "Otra comuna, fuera de la región";

test("a single name, a passport and a home elsewhere are put right", async ({ page, huella }) => {
  await seat(page, huella, "terreno", "/terreno");
  const number = chip();
  const wanted = { document: run(), address: null, chip: number, name: "Bali" };
  const [owner, ...rest] = await registration(page, wanted);
  const { details, ...command } = owner as { details: object };
  const document = { kind: "passport", key: `IDN:B${number}` };
  const foreign = { ...details, document, name: { given: "Suharto", surnames: "" } };
  sheetOf(await submit(page, [{ ...command, details: foreign }, ...rest]));
  const { id } = await ownerOf(page, number);

  await seat(page, huella, "coordinacion", `/coordinacion/registro/persona/${id}`);
  await unfold(page, "Corregir los datos de la persona");
  await expect(page.locator("#apellidos")).toHaveValue("");
  await expect(page.locator("#pais")).toHaveValue("IDN");
  await page.locator("#pasaporte").fill(`C${number}`);
  await page.locator("#comuna").selectOption({ label: ELSEWHERE });
  await expect(page.locator("#unidad")).toHaveCount(0);
  const save = page.getByRole("button", { name: "Guardar la corrección" });
  await save.click();
  await expect(page.getByRole("alert")).toContainText("Falta este dato: comuna");
  const place = page.locator("#otra-comuna");
  await expect(place).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("#otra-comuna-error")).toContainText("Falta este dato: comuna");
  await expect(page.locator("#comuna-error")).toHaveCount(0);
  await place.fill("La Serena, Coquimbo");
  await expectAccessible(page);
  await shot(page, "desk-owner-elsewhere");
  await save.click();
  await expect(page.getByRole("status").first()).toContainText(RECORDED);
  await expect(datum(page, "Comuna")).toHaveText("La Serena, Coquimbo");
  await expect(datum(page, "Pasaporte")).toHaveText(`IDN C${number}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Suharto");
  await expect(datum(page, "Unidad vecinal")).toHaveCount(0);

  // Back into the region: the unit is said, and what is corrected afterwards leaves it alone.
  await unfold(page, "Corregir los datos de la persona");
  await page.locator("#comuna").selectOption({ label: "Taltal" });
  await expect(place).toHaveCount(0);
  await page.locator("#unidad").fill("7");
  await save.click();
  await expect(datum(page, "Comuna")).toHaveText("Taltal");
  await expect(datum(page, "Unidad vecinal")).toHaveText("7");
  await unfold(page, "Corregir los datos de la persona");
  await page.locator("#telefono").fill("912345678");
  await save.click();
  await expect(datum(page, "Teléfono")).toHaveText("+56 9 1234 5678");
  await expect(datum(page, "Unidad vecinal")).toHaveText("7");
});

test("two records of one person are joined, and parted again", async ({ page, huella }) => {
  await seat(page, huella, "terreno", "/terreno");
  const kept = await somebody(page, "Rosa", "Canela");
  const other = await somebody(page, "Rosa Elena", "Pimienta");
  await seat(page, huella, "coordinacion", kept.owner);
  const animals = page.getByRole("table", { name: "Animales" });
  await expect(animals).toContainText("Canela");
  await expect(animals).not.toContainText("Pimienta");

  // The other's document cannot be both's; what is sent after that refusal is taken.
  await unfold(page, "Corregir los datos de la persona");
  const number = page.locator("#documento");
  const own = await number.inputValue();
  await number.fill(other.document);
  const save = page.getByRole("button", { name: "Guardar la corrección" });
  await save.click();
  const taken = "El documento de identidad ya pertenece a otra ficha de persona.";
  await expect(page.getByRole("alert")).toContainText(taken);
  await number.fill(own);
  await page.locator("#telefono").fill("912345678");
  await save.click();
  await expect(page.getByRole("status").first()).toContainText(RECORDED);
  await expect(datum(page, "RUN")).toHaveText(own);
  await expect(datum(page, "Teléfono")).toHaveText("+56 9 1234 5678");

  const join = await unfold(page, "Unir con otra ficha de persona");
  await join.locator("#otra-persona").fill(other.document);
  await join.getByRole("button", { name: "Buscar" }).click();
  const go = join.getByRole("button", { name: `Unir con ${other.full}` });
  await expect(go).toBeVisible();
  await expectAccessible(page);
  await shot(page, "desk-join");
  await go.click();
  await expect(page.getByRole("status").first()).toContainText(RECORDED);
  await expect(animals).toContainText("Canela");
  await expect(animals).toContainText("Pimienta");
  await expect(line(page, "Fichas de persona unidas")).not.toHaveCount(0);
  await unfold(page, "Unir con otra ficha de persona");
  const part = page.getByRole("button", { name: `Separar de ${other.full}` });
  await expect(part).toBeVisible();
  await expectAccessible(page);

  await part.click();
  await expect(animals).not.toContainText("Pimienta");
  await expect(part).toHaveCount(0);
  await expect(line(page, "Fichas de persona separadas")).not.toHaveCount(0);
  await page.goto(other.owner);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(other.full);
  await expect(animals).toContainText("Pimienta");
});

test("an animal is handed on to another owner with its history", async ({ page, huella }) => {
  await seat(page, huella, "terreno", "/terreno");
  const giver = await somebody(page, "Luis", "Cobre");
  const taker = await somebody(page, "Ana", "Salitre");
  await seat(page, huella, "coordinacion", giver.sheet);
  await expect(datum(page, "Dueño o dueña")).toHaveText(giver.full);
  const act = await unfold(page, "Cambio de tenedor");
  await act.locator("#nuevo-tenedor").fill(taker.chip);
  await act.getByRole("button", { name: "Buscar" }).click();
  const go = act.getByRole("button", { name: `Pasar a ${taker.full}` });
  await expect(go).toBeVisible();
  await expectAccessible(page);
  await shot(page, "desk-transfer");
  await go.click();
  await expect(page.getByRole("status").first()).toContainText(RECORDED);
  await expect(datum(page, "Dueño o dueña")).toHaveText(taker.full);
  await expect(line(page, "Cambio de tenedor")).not.toHaveCount(0);
  await expectAccessible(page);

  await page.getByRole("link", { name: taker.full }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(taker.full);
  const animals = page.getByRole("table", { name: "Animales" });
  await expect(animals).toContainText("Cobre");
  await expect(animals).toContainText("Salitre");
  await page.goto(giver.owner);
  await expect(page.locator("main")).toContainText("No tiene animales registrados");
});
