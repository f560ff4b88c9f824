// The field app beyond the first visit: surgeries, faults that are found late, people who are
// known already, and a server that asks for patience.
import type { Page } from "@playwright/test";
import { signIn } from "../fixtures/account.ts";
import { alive } from "../fixtures/alive.ts";
import { ownerOf } from "../fixtures/coordinator.ts";
import { letThrough, refuse } from "../fixtures/flood.ts";
import type { Huella } from "../fixtures/huella.ts";
import { address, pathOf } from "../fixtures/owner.ts";
import { pdfLinks, pdfText } from "../fixtures/pdf.ts";
import { register } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { submit, surgery } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  chip, chooseOutreach, firstDose, keep, newAnimal, newOwner, newVisit, readChip, run, sign, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const WITHOUT_MAIL = { typed: "", meant: "" };
const VETERINARIAN = "Dra. Antonia Demostración Núñez";
const SURGERIES = "Pabellón de la tarde";

/** To the start of the day, at the outreach where the others of this file work too. */
async function start(page: Page, huella: Huella, who: string, where = /Hoy/) {
  await seat(page, huella, who, "/terreno");
  await chooseOutreach(page, where);
}

/** Plans surgeries for this evening, after the outreach of the day, and lets them be signed. */
async function planSurgeries(page: Page, huella: Huella) {
  await seat(page, huella, "coordinacion", "/coordinacion/operativos/nuevo");
  await page.locator("#nombre").fill(SURGERIES);
  await page.locator("#tipo").selectOption("sterilisation");
  await page.locator("#estado").selectOption("under_way");
  await page.locator("#desde").fill("19:00");
  await page.locator("#hasta").fill("21:00");
  await page.locator("#lugar").fill("Pabellón municipal, Sicilia 1516");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page).not.toHaveURL(/nuevo$/);
  await page.goto("/coordinacion/operativos");
  await page.getByRole("link", { name: SURGERIES }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(SURGERIES);
  await alive(page);
  await page.locator("#agregar").selectOption({ label: `${VETERINARIAN} · Médico veterinario` });
  await page.getByRole("button", { name: "Agregar" }).click();
  await expect(page.getByRole("status")).toContainText("Equipo actualizado");
  // An authorisation asks for a fresh sign-in.
  await page.context().clearCookies();
  await signIn(page, huella, "veterinaria", "/coordinacion/firma");
  const row = page.getByRole("row", { name: new RegExp(SURGERIES) });
  await row.getByRole("button", { name: "Autorizar" }).click();
  await expect(row).toContainText("autorizado el");
}

test("a surgery is recorded, certified, mailed and verified", async ({ page, huella, mail }) => {
  const owner = address("cirugia");
  await planSurgeries(page, huella);
  await start(page, huella, "veterinaria", new RegExp(SURGERIES));
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: owner, meant: owner });
  await newAnimal(thumb, "Mota");
  await thumb.press("Volver");
  await sign(thumb);
  await thumb.press("Continuar");

  // Where surgeries are done, a surgery is expected and no chip.
  await expect(page.locator("#with_surgery")).toBeChecked();
  await expect(page.locator("#with_chip")).not.toBeChecked();
  await thumb.press("Revisar");
  await expect(page.getByRole("alert")).toContainText("Falta revisar 2 datos");
  await sign(thumb);
  await thumb.tap(page.getByText("Realizada", { exact: true }));
  await page.getByLabel("Observaciones").fill("Puntos que se absorben; control en 10 días");
  await page.locator("#weight").fill("12,4");
  await expectAccessible(page);
  await thumb.press("Revisar");
  await expect(page.getByText("Certificado de esterilización · Mota")).toBeVisible();
  await expect(page.getByText(/Faltan? .* Registro Nacional/)).toHaveCount(0);
  await thumb.press("Guardar atención");
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(page.getByText(`El certificado va en camino a ${owner}`)).toBeVisible();

  const letter = await mail.arrived(owner);
  expect(letter.text).toContain("certificado de esterilización");
  expect(letter.text).toContain("Mota no tiene microchip");
  const [certificate, ...more] = await mail.documents(letter);
  expect(more).toEqual([]);
  const [text] = await pdfText(certificate!);
  const title = "Certificado de esterilización";
  for (const words of [title, "Mota", SURGERIES, "12,4 kg", VETERINARIAN]) {
    expect(text!.replaceAll(/\s+/g, " ")).toContain(words);
  }

  const [link] = await pdfLinks(certificate!);
  await page.goto(pathOf(link!));
  await expect(page.locator("main")).toContainText("el documento está vigente");
  await expect(page.locator("main")).toContainText("Certificado de esterilización");
  await expect(page.getByRole("heading", { name: "Mota" })).toBeVisible();
  await expect(page.locator("[data-result]")).toHaveAttribute("data-result", "valid");
  await expectAccessible(page);
  await shot(page, "verification-surgery");
});

test("the questions about a surgery fit the phone", async ({ page, huella }) => {
  await start(page, huella, "veterinaria");
  const number = chip();
  const visit = { document: run(), address: null, chip: number, name: "Cero" };
  expect((await register(page, visit)).outcome).toBe("accepted");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(number);
  await thumb.press(/Cero/);
  await thumb.tap(page.locator("label", { hasText: "Esterilización" }));
  const cut = () =>
    page.locator(".choice").evaluateAll((tiles) => {
      const wide = tiles.filter((tile) => tile.scrollWidth > tile.clientWidth);
      return wide.map((tile) => tile.textContent);
    });
  expect(await cut(), "words that leave their tile").toEqual([]);
  await shot(page, "field-surgery");
  await thumb.press("Revisar");
  await expect(page.getByRole("alert")).toContainText("Falta revisar 2 datos");
  expect(await cut(), "words that leave their tile").toEqual([]);
  await expectAccessible(page);
  await shot(page, "field-surgery-faults");
});

test("what cannot be kept opens where it was typed", async ({ page, huella }) => {
  await start(page, huella, "terreno");
  const document = run();
  for (const name of ["Uno", "Dos"]) {
    const visit = { document, address: null, chip: chip(), name };
    expect((await register(page, visit)).outcome).toBe("accepted");
  }
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(document);
  await thumb.press(/Uno/);
  await firstDose(page, "interna");
  await page.locator("#weight").fill("mucho");
  // Going back passes over what is wrong; it is found when everything is kept.
  await thumb.press("Volver");
  await thumb.press(/Dos/);
  await firstDose(page, "externa");
  await thumb.press("Revisar");
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("¿Qué se le hizo a Uno?");
  await expect(page.getByRole("alert")).toContainText("Falta revisar un dato");
  await expect(page.locator("#weight")).toBeFocused();
  await expect(page.locator("#weight")).toHaveValue("mucho");
  await expectAccessible(page);
  await shot(page, "field-fault-service");
  await page.locator("#weight").fill("4,5");
  await thumb.press("Revisar");

  await thumb.press("Datos de la persona");
  await page.locator("#email").fill("sin arroba");
  await thumb.press("Volver");
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Datos de la persona");
  await expect(page.locator("#email")).toBeFocused();
  await expect(page.locator("#email-error")).toContainText("arroba");
  await expectAccessible(page);
  await shot(page, "field-fault-owner");
  await page.locator("#email").fill("");
  await thumb.press("Continuar");
  await thumb.press("Guardar atención");
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(page.locator(".lead")).toContainText("Dos y Uno");
});

test("a new animal that was only begun is asked for before anything is kept", async (
  { page, huella },
) => {
  await start(page, huella, "terreno");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  const number = chip();
  await newOwner(thumb, run(), WITHOUT_MAIL);
  // Who lives in none of the communes of the list says where in words.
  await thumb.press("Volver");
  await page.locator("#commune").selectOption({ label: "Otra comuna, fuera de la región" });
  await expect(page.locator("#neighbourhood_unit")).toHaveCount(0);
  await thumb.press("Continuar");
  await expect(page.locator("#elsewhere-error")).toContainText("Falta este dato");
  await expect(page.locator("#elsewhere")).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("#elsewhere")).toBeFocused();
  await expect(page.locator("#commune-error")).toHaveCount(0);
  await page.locator("#elsewhere").pressSequentially("La Serena, Coquimbo");
  await expectAccessible(page);
  await shot(page, "field-owner-elsewhere");
  await thumb.press("Continuar");
  await newAnimal(thumb, "Tres");
  await readChip(thumb, number);
  await thumb.press("Revisar");
  await thumb.press("Otro animal de la misma persona");
  await page.getByLabel("Nombre del animal").fill("Cuatro");
  await thumb.press("Volver");
  await thumb.press("Volver");
  await thumb.press("Guardar atención");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("¿Cómo es el animal?");
  await expect(page.getByLabel("Nombre del animal")).toHaveValue("Cuatro");
  await expect(page.getByRole("alert")).toContainText("Falta este dato: especie");
  await expect(page.locator("#species")).toBeFocused();
  await expectAccessible(page);
  await shot(page, "field-fault-animal");
  await thumb.tap(page.getByText("Gato", { exact: true }));
  await thumb.tap(page.getByText("Macho", { exact: true }));
  await thumb.tap(page.getByText(/^Enter[ao]/).first());
  await thumb.press("Continuar");
  await thumb.tap(page.locator("label", { hasText: /^Microchip$/ }));
  await keep(thumb);
  await expect(page.locator(".lead")).toContainText("Tres y Cuatro");
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  const home = { commune: null, unit: null, elsewhere: "La Serena, Coquimbo" };
  expect(await ownerOf(page, number)).toMatchObject({ details: home });
});

test("what another team did meanwhile is told where it was typed", async ({ page, huella }) => {
  await start(page, huella, "veterinaria");
  const number = chip();
  const visit = { document: run(), address: null, chip: number, name: "Cinco" };
  expect((await register(page, visit)).outcome).toBe("accepted");
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(number);
  await thumb.press(/Cinco/);
  await thumb.tap(page.locator("label", { hasText: "Esterilización" }));
  await thumb.tap(page.getByText("Firmado en papel"));
  await thumb.tap(page.getByText("Realizada", { exact: true }));
  const [animal] = (await ownerOf(page, number)).animals;
  expect((await submit(page, [await surgery(page, animal!.id)])).outcome).toBe("accepted");

  await keep(thumb);
  await expect(page.getByText("No aceptado: revíselo")).toBeVisible();
  await expect(page.getByText("1 por revisar")).toBeVisible();
  await expect(page.getByText("cuando el registro quede aceptado")).toBeVisible();
  await thumb.tap(page.getByRole("link", { name: "Ver qué pasó" }));
  await expect(page.getByRole("alert")).toContainText("ya figura como esterilizado");
  const [here, there] = [0, 1].map((side) => page.locator(".versions .card").nth(side));
  await expect(here!).toContainText("Cinco");
  await expect(there!).toContainText("Nada de este registro");
  await expect(there!).toContainText("Cinco");
  await expectAccessible(page);
  await shot(page, "field-refused");
  await thumb.press("Corregir");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("¿Qué se le hizo a Cinco?");
  await expect(page.getByRole("alert")).toContainText("ya figura como esterilizado");
  await expect(page.locator("#with_surgery")).toBeChecked();
  await expectAccessible(page);
  await shot(page, "field-refused-mending");
  await thumb.tap(page.locator("label", { hasText: "Esterilización" }));
  await firstDose(page, "interna");
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(page.getByText("1 hoy")).toBeVisible();
  await expect(page.getByText("por revisar")).toHaveCount(0);
});

test("the words after a visit promise only the mail that goes", async ({ page, huella, mail }) => {
  const [document, nobody] = [run(), run()];
  const [own, typed, unknown] = [address("ficha"), address("dicha"), address("nadie")];
  await start(page, huella, "terreno");
  const known = { document, address: own, chip: chip(), name: "Seis" };
  expect((await register(page, known)).outcome).toBe("accepted");
  const mailless = { document: nobody, address: null, chip: chip(), name: "Siete" };
  expect((await register(page, mailless)).outcome).toBe("accepted");
  await mail.arrived(own);
  const told = page.locator(".kept + p");

  // Doses make no document, and no mail.
  const doses = new Thumb(page);
  await newVisit(doses);
  await doses.type(document);
  await doses.press(/Seis/);
  await firstDose(page, "interna");
  await keep(doses);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(told).toHaveText("Esta atención no lleva certificado");

  // Found in the register: the mail goes to the address that stands there.
  const found = new Thumb(page);
  await newVisit(found);
  await found.type(document);
  await expect(page.locator(".owner-card")).toBeVisible();
  await found.press("Animal nuevo");
  await newAnimal(found, "Ocho");
  await readChip(found, chip());
  await keep(found);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(told).toHaveText(`El certificado va en camino a ${own}`);
  expect((await mail.arrived(own, 2)).subject).toContain("Ocho");

  // Registered again as somebody new, with another address: the register's own is kept.
  const again = new Thumb(page);
  await newVisit(again);
  await newOwner(again, document, { typed, meant: typed });
  await newAnimal(again, "Nueve");
  await readChip(again, chip());
  await keep(again);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(told).toContainText("La persona ya estaba registrada");
  await expect(page.locator("main")).not.toContainText(typed);
  await expectAccessible(page);
  await shot(page, "field-saved-known");
  expect((await mail.arrived(own, 3)).subject).toContain("Nueve");

  // As much of somebody whose sheet has no address: the paper, whatever was typed.
  const paper = new Thumb(page);
  await newVisit(paper);
  await newOwner(paper, nobody, { typed: unknown, meant: unknown });
  await newAnimal(paper, "Diez");
  await readChip(paper, chip());
  await keep(paper);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
  await expect(told).toHaveText("Sin correo: entregue el papel con el código");
  await expect(page.getByText(/Código para consultar/)).toBeVisible();
  await expect(page.locator("main")).not.toContainText(unknown);
  await expectAccessible(page);
  await shot(page, "field-saved-known-paper");
  for (const wrong of [typed, unknown]) expect(await mail.of(wrong)).toEqual([]);
});

test.describe("too many requests", () => {
  // A worker of the browser would stand between the page and what is done to its requests.
  test.use({ serviceWorkers: "block" });

  test.beforeEach(({ silence }) => {
    silence.allow(/Service Worker registration blocked/);
    silence.allow(/status of 429/);
  });

  test("at the first start are told, and the next try opens the app", async ({ page, huella }) => {
    await refuse(page, "/api/v1/field/setup");
    await seat(page, huella, "terreno", "/terreno");
    const again = page.getByRole("button", { name: "Intentar de nuevo" });
    await expect(again).toBeVisible();
    await expect(page.getByText("Su cuenta no trabaja en terreno")).toHaveCount(0);
    await expect(page.locator("main")).toContainText("Hubo demasiados intentos seguidos");
    await expectAccessible(page);
    await shot(page, "field-flood-first");
    await letThrough(page, "/api/v1/field/setup");
    await again.tap();
    await expect(page.getByRole("heading", { name: "¿En qué operativo está?" })).toBeVisible();
  });

  test("later keep nobody from working, and what was kept goes", async ({ page, huella }) => {
    await start(page, huella, "terreno");
    const paths = ["/api/v1/field/*", "/api/v1/submissions"];
    for (const path of paths) await refuse(page, path);
    await page.reload();
    await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
    const thumb = new Thumb(page);
    await newVisit(thumb);
    await thumb.type("gonzalez");
    await expect(page.getByRole("alert")).toContainText("Hubo demasiados intentos seguidos");
    await expectAccessible(page);
    await shot(page, "field-flood-search");
    await page.getByLabel("Buscar a la persona").fill("");
    await newOwner(thumb, run(), WITHOUT_MAIL);
    await newAnimal(thumb, "Once");
    await readChip(thumb, chip());
    await keep(thumb);
    await expect(page.getByText("Por enviar", { exact: true })).toBeVisible();
    await expect(page.getByText("1 en el teléfono")).toBeVisible();
    await expect(page.getByText("Con señal", { exact: true })).toBeVisible();
    await expectAccessible(page);
    await shot(page, "field-flood-saved");
    for (const path of paths) await letThrough(page, path);
    await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText("Todo enviado")).toBeVisible();
  });
});
