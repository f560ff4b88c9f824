// The field app on the real server: a visit from the search to the kept record, with and without
// the server, the queue after a reload, and the taps of goal P6.
import type { Page } from "@playwright/test";
import { ownerOf } from "../fixtures/coordinator.ts";
import type { Huella } from "../fixtures/huella.ts";
import { sit } from "../fixtures/seat.ts";
import { changeDraft, draftHolds } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  begin, beginAlone, chip, firstDoses, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
  usualDoses,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(150_000);

/** After so long the page says that the app does not open, in milliseconds. */
const LATE_MS = 10_000;
/** Taps of goal P6: a known animal, a new owner with a new animal. */
const KNOWN_ANIMAL_TAPS = 12;
const NEW_OWNER_TAPS = 22;

test("a new owner's dog is registered, kept and sent @critical", async ({ page, huella }) => {
  await begin(page, huella);
  await expectAccessible(page);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await expectAccessible(page);
  await newOwner(thumb, run());
  await newAnimal(thumb, "Luna");
  await readChip(thumb, chip());
  await firstDoses(page);
  await expectAccessible(page);
  await shot(page, "field-services");
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(page.getByRole("img", { name: /Código QR/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-saved");
});

test("every question looks right, with the longest names too", async ({ page, huella }) => {
  test.setTimeout(180_000);
  await begin(page, huella);
  await shot(page, "field-start");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type("gonzalez");
  await expect(page.locator(".owner-card").first()).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-find");
  await thumb.press("Persona nueva");
  await page.getByLabel("Nombres").fill("María de los Ángeles Guillermina del Carmen");
  await page.getByLabel("Apellidos").fill("Ñuñez-O’Higgins de la Santísima Trinidad Echeverría");
  await page.getByLabel("RUN", { exact: true }).fill(run());
  await expectAccessible(page);
  await shot(page, "field-owner");
  await thumb.press("Continuar");
  await expect(page.getByLabel("Nombre del animal")).toBeFocused();
  await page.getByLabel("Nombre del animal").fill("Ñato Segundo Emperador de Atacama 🐶");
  await thumb.tap(page.getByText("Perro", { exact: true }));
  await thumb.tap(page.getByText("Macho", { exact: true }));
  await thumb.tap(page.getByText(/^Enter[ao]/).first());
  await page.getByLabel("Otra raza").fill("rottw");
  await thumb.press("Rottweiler");
  const deadline = page.locator(".notice", { hasText: "Decreto 1007" });
  await expect(deadline).toContainText("Si llegó hoy a su hogar, hay plazo hasta el");
  await page.getByLabel("¿Qué día llegó a su hogar?").fill("2024-03-01");
  await expect(deadline).toContainText("según cuándo llegó: sáb 16 mar 2024");
  await thumb.press("Negro");
  await thumb.press("Café");
  await thumb.press("Blanco");
  // A declaration signed with the finger.
  await page.getByText(/Declaración simple/i).first().tap();
  const pad = page.getByRole("img", { name: "Firme con el dedo" });
  await pad.scrollIntoViewIfNeeded();
  const box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 120, box.y + 20, { steps: 10 });
  await page.mouse.up();
  await expect(page.locator(".signature-ink")).toHaveAttribute("d", /^M\d+ \d+L/);
  await expectAccessible(page);
  await shot(page, "field-animal");
  await thumb.press("Continuar");
  // A dog of a dangerous breed needs an adult keeper.
  const minor = "necesita un responsable mayor de 18 años";
  await expect(page.getByRole("alert").first()).toContainText(minor);
  const adult = page.getByLabel("Tiene 18 años o más");
  await expect(adult).toBeFocused();
  await expect(adult).toHaveAccessibleDescription(new RegExp(minor));
  await shot(page, "field-animal-minor");
  // It is said where it is asked, without going back.
  await thumb.tap(page.getByText("Tiene 18 años o más"));
  await thumb.press("Continuar");
  await readChip(thumb, chip());
  await thumb.press("Revisar");
  await expect(page.getByText(/Falta/).first()).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-summary");
  // A second animal opened by mistake is left by going back.
  await thumb.press("Otro animal de la misma persona");
  await expect(page.getByLabel("Nombre del animal")).toBeFocused();
  await thumb.press("Volver");
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await page.goto("/terreno/registros");
  await expect(page.locator(".rows li")).toHaveCount(1);
  await expectAccessible(page);
  await shot(page, "field-records");
});

test("animals are taken out of a visit one after the other", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  const [names, chips] = [["Uno", "Dos", "Tres"], [chip(), chip(), chip()]];
  for (const [at, name] of names.entries()) {
    if (at > 0) await thumb.press("Otro animal de la misma persona");
    await newAnimal(thumb, name);
    await readChip(thumb, chips[at]!);
    await thumb.press("Revisar");
  }
  // Each comes to stand where the one before it stood, with an act of its own.
  const left = page.locator("main .card-title");
  const out = page.getByRole("button", { name: "Quitar de esta atención" });
  await expect(left).toHaveText(names);
  await out.first().tap();
  await expect(left).toHaveText(["Dos", "Tres"]);
  await out.first().tap();
  await expect(left).toHaveText(["Tres"]);
  await expect(out, "the last one stays").toHaveCount(0);
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { name: "Atención guardada" })).toBeVisible();
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  const { animals } = await ownerOf(page, chips[2]!);
  expect(animals.map(({ details }) => (details as { name: string }).name)).toEqual(["Tres"]);
});

test("a visit that was begun can be thrown away, and brought back", async ({ page, huella }) => {
  await begin(page, huella);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.press("Persona nueva");
  await page.getByLabel("Nombres").fill("Ana");
  await thumb.press("Volver");
  await thumb.press("Volver");
  await thumb.press("Descartar");
  await expect(page.getByText("Atención descartada")).toBeVisible();
  await expectAccessible(page);
  await thumb.press("Deshacer");
  await expect(page.getByText("Recuperamos lo que estaba escribiendo")).toBeVisible();
  await draftHolds(page, "Ana");
  await thumb.press("Descartar");
  await draftHolds(page, "Ana", false);
  await page.reload();
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
});

test("a visit that this version cannot read is set aside and told", async ({ page, huella }) => {
  await begin(page, huella);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.press("Persona nueva");
  await page.getByLabel("Nombres").fill("Ana");
  await draftHolds(page, "Ana");
  await changeDraft(page, (draft) => {
    Object.assign(draft, { step: "of another version" });
  });
  await page.reload();
  const told = page.getByRole("heading", { name: /^Una atención a medio llenar no se puede/ });
  await expect(told).toBeVisible();
  await expectAccessible(page);
  await thumb.press("Persona nueva");
  await page.getByLabel("Nombres").fill("Berta");
  for (const kept of ["Berta", "of another version"]) await draftHolds(page, kept);
  await page.goto("/terreno");
  const notice = page.locator(".notice", { has: told });
  await notice.getByRole("button", { name: "Descartar" }).tap();
  await expectAccessible(page);
  await notice.getByRole("button", { name: "Sí, descartarla" }).tap();
  await expect(told).toHaveCount(0);
  await page.reload();
  await expect(page.getByText("Recuperamos lo que estaba escribiendo")).toBeVisible();
  await expect(told).toHaveCount(0);
});

test("the app opens without the server once it was there with it", async (
  { page, huella, silence },
) => {
  await beginAlone(page, huella, silence, "veterinaria");
  await page.goto("/terreno/visita");
  await expect(page.getByLabel("Buscar a la persona")).toBeVisible();
  await expect(page.getByText("Sin señal", { exact: true })).toBeVisible();
  await shot(page, "field-find-offline");
  await huella.serve();
});

test("a store that does not answer is told, and the app goes on once it does", async (
  { page, huella },
) => {
  await page.clock.install();
  await begin(page, huella);
  await page.addInitScript(() => {
    const open = indexedDB.open.bind(indexedDB);
    const held: IDBOpenDBRequest[] = [];
    indexedDB.open = (name, version) => {
      const request = open(name, version);
      const hold = (event: Event) => {
        event.stopImmediatePropagation();
        held.push(request);
      };
      if (name === "huella") request.addEventListener("success", hold, { once: true });
      return request;
    };
    const answer = () => held.splice(0).forEach((one) => one.dispatchEvent(new Event("success")));
    Object.assign(window, { answer });
  });
  await page.reload();
  const told = page.getByRole("alert").filter({ hasText: "Nada se ha perdido" });
  // The time begins once the program is there, of which nothing tells.
  const late = () => expect(async () => {
    await page.clock.fastForward(LATE_MS);
    await expect(told).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await late();
  await expect(page.getByRole("button", { name: "Cargar de nuevo" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-late");
  await page.evaluate(() => (window as unknown as { answer: () => void }).answer());
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
  await expect(told).toHaveCount(0);
  await page.reload();
  await late();
  await page.getByRole("button", { name: "Cargar de nuevo" }).tap();
  await expect(page.getByText("Abriendo Huella…")).toBeVisible();
  await expect(told).toHaveCount(0);
});

test("taps stay within the goal for known and new", async ({ page, huella }) => {
  await begin(page, huella);
  const first = new Thumb(page);
  const document = run();
  await newVisit(first);
  await newOwner(first, document);
  await newAnimal(first, "Cholo");
  await readChip(first, chip());
  await firstDoses(page);
  await keep(first);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();

  const second = new Thumb(page);
  await newVisit(second);
  await newOwner(second, run());
  await newAnimal(second, "Ñata");
  await readChip(second, chip());
  await usualDoses(second);
  await keep(second);
  test.info().annotations.push({ type: "P6 new owner", description: `${second.taps} taps` });
  expect(second.taps).toBeLessThanOrEqual(NEW_OWNER_TAPS);

  const third = new Thumb(page);
  await newVisit(third);
  await third.type(document);
  await third.press(/Cholo/);
  await usualDoses(third);
  await keep(third);
  test.info().annotations.push({ type: "P6 known animal", description: `${third.taps} taps` });
  expect(third.taps).toBeLessThanOrEqual(KNOWN_ANIMAL_TAPS);
});

test("what is half filled in survives a reload", async ({ page, huella }) => {
  await begin(page, huella);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.press("Persona nueva");
  await page.getByLabel("Nombres").fill("Ana");
  await draftHolds(page, "Ana");
  await page.reload();
  await expect(page.getByLabel("Nombres")).toHaveValue("Ana");
});

test("a day without the server is kept and goes home by itself", async ({ page, huella, silence }) => {
  silence.allow(/ERR_CONNECTION_REFUSED|Failed to load resource/);
  await begin(page, huella);
  await huella.stop();
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run());
  await newAnimal(thumb, "Sin Señal");
  await readChip(thumb, chip());
  await firstDoses(page);
  await keep(thumb);
  await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
  await expect(page.getByText("1 en el teléfono")).toBeVisible();
  await shot(page, "field-offline");
  await huella.serve();
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 60_000 });
});

/** Opens a record as somebody else of the team, on the same phone. */
async function opened(page: Page, huella: Huella, who: string, name: string, record: string) {
  await sit(page, huella, who, "/terreno");
  // The phone knows who works with it, and keeps that.
  await expect(page.getByText(name, { exact: true })).toBeVisible();
  await page.goto(record);
  await expect(page.getByText("El que ya estaba")).toBeVisible();
}

test("a taken chip waits for a person with both versions @critical", async ({ page, huella }) => {
  await begin(page, huella);
  const number = chip();
  for (const name of ["Primera", "Segunda"]) {
    const thumb = new Thumb(page);
    await newVisit(thumb);
    await newOwner(thumb, run());
    await newAnimal(thumb, name);
    await readChip(thumb, number);
    await keep(thumb);
  }
  await page.getByRole("link", { name: "Ver qué pasó" }).tap();
  await expect(page.getByText("El que ya estaba")).toBeVisible();
  const [here, there] = [0, 1].map((side) => page.locator(".versions .card").nth(side));
  const groups = number.replace(/^(.{3})(.{4})(.{4})(.{4})$/, "$1 $2 $3 $4");
  for (const words of ["Segunda", "perro, hembra", groups, "Antofagasta"]) {
    await expect(here!).toContainText(words);
  }
  for (const words of ["P···", "perro, hembra", `999•••••••••${number.slice(-3)}`, "Antofagasta"]) {
    await expect(there!).toContainText(words);
  }
  await expect(page.getByRole("button", { name: "Corregir" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-conflict");

  // The desk has it too, and only its maker's correction ends that.
  const record = page.url();
  const others = page.getByText(/^Lo registró otra persona del equipo: lo corrige ella/);
  await opened(page, huella, "terreno", "Terreno (demostración)", record);
  await expect(others).toBeVisible();
  await expect(page.getByRole("button", { name: "Corregir" })).toHaveCount(0);
  await expectAccessible(page);
  await opened(page, huella, "veterinaria", "Dra. Antonia Demostración Núñez", record);
  await expect(page.getByRole("button", { name: "Corregir" })).toBeVisible();
  await expect(others).toHaveCount(0);
});

/** Runs a program that ends as the app does when it has failed: by an instruction that traps. */
async function trap(page: Page) {
  await page.evaluate(async () => {
    // A module with one function `f`, whose body is `unreachable`.
    const header = [0, 97, 115, 109, 1, 0, 0, 0];
    const kind = [1, 4, 1, 96, 0, 0, 3, 2, 1, 0];
    const named = [7, 5, 1, 1, 102, 0, 0];
    const body = [10, 5, 1, 3, 0, 0, 11];
    const bytes = new Uint8Array([...header, ...kind, ...named, ...body]);
    const { instance } = await WebAssembly.instantiate(bytes);
    const failed = new Promise((done) => window.addEventListener("error", done, { once: true }));
    setTimeout(instance.exports.f as () => void);
    await failed;
  });
}

test("once the app has failed, a link loads its page anew", async ({ page, huella, silence }) => {
  silence.allow(/unreachable|Failed to load resource/);
  await begin(page, huella);
  const mark = () => page.evaluate(() => document.documentElement.dataset.mark);
  const leaveMark = () =>
    page.evaluate(() => {
      document.documentElement.dataset.mark = "here";
    });
  await leaveMark();
  const visit = page.getByRole("link", { name: "Nueva atención" });
  await visit.tap();
  await expect(page.getByLabel("Buscar a la persona")).toBeVisible();
  expect(await mark(), "the same page goes on").toBe("here");
  await page.goBack();
  await visit.waitFor();
  expect(await mark()).toBe("here");

  await trap(page);
  await visit.tap();
  await expect(page.getByLabel("Buscar a la persona")).toBeVisible();
  expect(await mark(), "it was loaded anew").toBeUndefined();
  await leaveMark();
  await page.evaluate(() => history.pushState(null, "", "/terreno"));
  await trap(page);
  await page.goBack();
  // The page may go away while it is asked.
  await expect(async () => expect(await mark(), "the way back, too").toBeUndefined()).toPass();
  await expect(page.getByLabel("Buscar a la persona")).toBeVisible();
});
