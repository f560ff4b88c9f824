// What was typed wrong of what was done is put right on the phone before it was sent, and what
// stands behind a record that the server does not take waits for it.
import type { Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import { register } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { heldRecords } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, beginAlone, chip, firstDose, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
  withoutServer,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(150_000);

const WITHOUT_MAIL = { typed: "", meant: "" };
const WAITS = "Espera a que se corrija otro registro";

/** A visit of somebody new whose dog gets a chip and a dose, and weighs too much. */
async function recorded(
  thumb: Thumb,
  name: string,
  number: string,
  dosed: () => Promise<void> = () => firstDose(thumb.page, "interna"),
) {
  await newVisit(thumb);
  await newOwner(thumb, run(), WITHOUT_MAIL);
  await newAnimal(thumb, name);
  await readChip(thumb, number);
  await dosed();
  await thumb.page.locator("#weight").fill("45");
  await keep(thumb);
}

/** Opens the form of what was done to an animal, from the list of records. */
async function redo(thumb: Thumb, name: string) {
  const { page } = thumb;
  await page.goto("/terreno/registros");
  await thumb.tap(page.getByRole("link", { name: new RegExp(`^${name}`) }));
  await thumb.press(`Corregir lo hecho a ${name}`);
  await expect(page.locator("#weight")).toBeVisible();
}

/** What the phone has recorded, by the names of its commands. */
async function commands(page: Page) {
  const told = (body: string) => JSON.parse(body) as { commands: { command: string }[] };
  const records = await heldRecords(page);
  return records.map(({ body }) => told(body).commands.map(({ command }) => command));
}

const correction = (page: Page, name: string) =>
  page.getByRole("link", { name: new RegExp(`^Corrección: ${name}`) });

test("a weight and a chip are put right, and a visit is taken back, without signal", async (
  { page, huella, silence },
) => {
  await beginAlone(page, huella, silence);
  const thumb = new Thumb(page);
  const [wrong, right] = [chip(), chip()];
  await recorded(thumb, "Nube", wrong);

  await redo(thumb, "Nube");
  await expect(page.locator("#weight")).toHaveValue("45");
  await expectAccessible(page);
  await shot(page, "field-redo");
  await thumb.press("Guardar la corrección");
  await expect(page.getByText("Nada cambió todavía")).toBeVisible();
  await page.locator("#weight").fill("4,5");
  await thumb.press("Guardar la corrección");
  await expect(correction(page, "Nube")).toContainText("Por enviar");

  // It is opened as it was put right last; another chip takes the place of the first.
  await redo(thumb, "Nube");
  await expect(page.locator("#weight")).toHaveValue("4,5");
  await page.locator("#chip").fill(right);
  await page.locator("#chip_repeated").fill(right);
  await thumb.press("Guardar la corrección");
  await expect(correction(page, "Nube")).toHaveCount(2);
  const made = (await commands(page)).slice(1);
  expect(made).toEqual([["correct_service"], ["annul_service", "record_service"]]);
  await page.goto("/terreno");
  await expect(page.getByText("1 hoy")).toBeVisible();
  await expect(page.locator(".tally dd"), "each once").toHaveText(["1", "1", "0", "0"]);

  // The dose is that of the last one, by one tap.
  const dosed = () => thumb.tap(page.getByText("Desparasitación interna"));
  await recorded(thumb, "Niebla", chip(), dosed);
  await page.goto("/terreno/registros");
  await thumb.tap(page.getByRole("link", { name: /^Niebla/ }));
  await thumb.press("Anular: esto no pasó");
  await thumb.press("Fue a otro animal");
  await expect(page.getByRole("link", { name: /^Anulación: Niebla/ })).toContainText("Por enviar");

  await huella.serve();
  await online(page);
  await expect(page.getByText("Todo enviado")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("por revisar")).toHaveCount(0);
  await expect(page.locator(".rows li").filter({ hasText: "Enviado" })).toHaveCount(5);
  const [animal] = (await ownerOf(page, right)).animals;
  expect(animal).toMatchObject({ chip: right });
  await expect(ownerOf(page, wrong), "nobody has it").rejects.toThrow(wrong);
});

test("what was put right several times is put right again from the newest of them", async (
  { page, huella, silence },
) => {
  await beginAlone(page, huella, silence);
  const thumb = new Thumb(page);
  const number = chip();
  await recorded(thumb, "Camanchaca", number);
  // From the record itself, then from its correction, then from the newer of two.
  const weights = ["45", "4,5", "5,5", "6,5"];
  for (let turn = 1; turn < weights.length; turn += 1) {
    if (turn === 1) {
      await redo(thumb, "Camanchaca");
    } else {
      await thumb.tap(correction(page, "Camanchaca").first());
      await thumb.press("Corregir lo hecho a Camanchaca");
    }
    await expect(page.locator("#weight")).toHaveValue(weights[turn - 1]!);
    await page.locator("#weight").fill(weights[turn]!);
    await thumb.press("Guardar la corrección");
    await expect(correction(page, "Camanchaca")).toHaveCount(turn);
  }
  const made = (await commands(page)).slice(1);
  expect(made, "one and the same dose").toEqual(Array(3).fill(["correct_service"]));

  await huella.serve();
  await online(page);
  await expect(page.getByText("Todo enviado")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("por revisar")).toHaveCount(0);
  const [animal] = (await ownerOf(page, number)).animals;
  expect(animal!.services).toHaveLength(2);
  await seat(page, huella, "coordinacion", `/coordinacion/registro/animal/${animal!.id}`);
  const services = page.getByRole("group", { name: "Atenciones", exact: true });
  await expect(services).toContainText("6,5 kg");
  await expect(services).not.toContainText("5,5 kg");
});

test("what stands behind a record that is not taken waits for its correction", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  const [taken, right] = [chip(), chip()];
  const other = { document: run(), address: null, chip: taken, name: "Ajena" };
  expect((await register(page, other)).outcome).toBe("accepted");
  await withoutServer(page, huella);
  const thumb = new Thumb(page);
  await recorded(thumb, "Brisa", taken);
  await redo(thumb, "Brisa");
  await page.locator("#weight").fill("4,5");
  await thumb.press("Guardar la corrección");
  await expect(correction(page, "Brisa")).toContainText("Por enviar");

  await huella.serve();
  await online(page);
  const first = page.getByRole("link", { name: /^Brisa/ });
  await expect(first).toContainText("Hay que comparar dos registros", { timeout: 60_000 });
  await expect(correction(page, "Brisa")).toContainText(WAITS);
  await thumb.tap(correction(page, "Brisa"));
  await expect(page.getByText(WAITS).first()).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-behind");

  // The way leads to the one that has to be put right, without the server as well.
  await huella.stop();
  await thumb.tap(page.getByRole("link", { name: "Brisa", exact: true }));
  await thumb.press("Corregir");
  await page.getByText("¿Qué se le hizo a Brisa?").waitFor();
  await page.locator("#chip").fill(right);
  await page.locator("#chip_repeated").fill(right);
  await keep(thumb);
  await huella.serve();
  await online(page);
  await page.goto("/terreno/registros");
  await expect(page.getByText("Todo enviado")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("por revisar")).toHaveCount(0);
  await expect(correction(page, "Brisa")).toContainText("Enviado");
  const [animal] = (await ownerOf(page, right)).animals;
  expect(animal!.services).toHaveLength(2);
});
