// A coordinator's work with records: the RNM's road, what phones sent in conflict, annulments,
// corrections, deadlines and lost animals.
import { alive } from "../fixtures/alive.ts";
import { day, written } from "../fixtures/day.ts";
import { address } from "../fixtures/owner.ts";
import { pdfText } from "../fixtures/pdf.ts";
import { COMPLETE, register } from "../fixtures/register.ts";
import { approve, download, OFFICIAL, rowIn, step } from "../fixtures/rnm.ts";
import { seat } from "../fixtures/seat.ts";
import {
  COORDINATOR, counted, line, sheetOf, unfold, verificationOf,
} from "../fixtures/sheet.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import {
  chip, chooseOutreach, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb,
} from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

/** The RNM's form, in the order in which it asks. */
const HEADINGS = [
  "RUN", "Nombres", "Apellidos", "Dirección", "Comuna", "Teléfono", "Correo electrónico",
  "Tipo de identificación", "Microchip", "Nombre", "Especie", "Sexo", "Raza", "Patrón", "Color",
  "Esterilizado", "Nacimiento", "Nacimiento estimado", "Forma de obtención",
  "Razón de tenencia", "Prueba de tenencia", "Potencialmente peligroso",
];

test("what is ready goes to the RNM and its certificate to the owner @critical", async (
  { page, huella, mail },
) => {
  const [approved, refused] = [chip(), chip()];
  const [document, owner] = [run(), address("rnm")];
  await seat(page, huella, "terreno", "/terreno");
  const looks = { ...COMPLETE, qualified_dangerous: "judge" };
  const norte = { document, address: owner, chip: approved, name: "Norte", looks };
  const sheet = sheetOf(await register(page, norte));
  const sur = { document: run(), address: null, chip: refused, name: "Sur", looks: COMPLETE };
  const otherSheet = sheetOf(await register(page, sur));

  await seat(page, huella, "coordinacion", "/coordinacion/rnm");
  const [headings, ...rows] = await download(page);
  expect(headings).toEqual(HEADINGS);
  const rowOf = (number: string) => rows.find((cells) => cells[8] === `'${number}`)!;
  const [first, ...more] = rowOf(approved);
  expect(first!.replaceAll(".", "")).toBe(document);
  // No breed makes this dog a dangerous one; a judge did.
  expect(more).toEqual([
    "Prueba", "De la Demostración", "Sicilia 1516", "Antofagasta", "", owner, "MICROCHIP",
    `'${approved}`, "Norte", "PERRO", "HEMBRA", "MESTIZO", "NINGUNO", "NEGRO", "NO",
    "2024-03-01", "NO", "REGALO", "COMPAÑÍA", "BOLETA O FACTURA", "SÍ",
  ]);
  expect(rowOf(refused).at(-1)).toBe("NO");

  for (const number of [approved, refused]) {
    await step(page, "ready", number, "Marcar como ingresado");
  }
  await step(page, "requested", refused, "Marcar observado", "Falta el número de la casa");
  const observed = await rowIn(page, "observed", refused);
  await expect(observed).toContainText("Falta el número de la casa");
  await expectAccessible(page);
  await shot(page, "desk-rnm-observed");
  await step(page, "observed", refused, "Marcar como ingresado");
  await step(page, "requested", refused, "Rechazar", "Inscrito por otra persona");
  await expect(await rowIn(page, "rejected", refused)).toContainText("Inscrito por otra persona");
  await page.goto(otherSheet);
  await expect(page.locator("#rnm")).toContainText("Rechazado");
  await expect(page.locator("#rnm blockquote")).toHaveText("Inscrito por otra persona");
  await expect(page.locator("#numero")).toHaveCount(0);

  await (await rowIn(page, "requested", approved)).getByRole("link", { name: "Norte" }).click();
  await expect(page).toHaveURL(new RegExp(sheet));
  await alive(page);
  await approve(page, "RNM Ñ-1/26", Buffer.from("no es un PDF"));
  // What was typed is still there; the file has to be chosen again.
  await expect(page.getByRole("alert")).toContainText("Archivo: ");
  await expect(page.locator("#pdf")).toHaveAccessibleDescription(/No es un PDF/);
  await expect(page.locator("#numero")).toHaveValue("RNM Ñ-1/26");
  await expectAccessible(page);
  await shot(page, "desk-rnm-wrong-file");
  await alive(page);
  await approve(page, "RNM Ñ-1/26", OFFICIAL);
  await expect(page.locator("#rnm")).toContainText("Número RNM Ñ-1/26");

  const letter = await mail.arrived(owner, 2);
  expect(letter.subject).toBe("Norte ya está en el Registro Nacional de Mascotas");
  expect(letter.text).toContain("RNM Ñ-1/26");
  await expect(async () => {
    await page.goto(sheet);
    await expect(page.locator("#rnm")).toContainText("Certificado enviado", { timeout: 1_000 });
  }).toPass();
  await expect(line(page, "Aprobado en el Registro Nacional")).toContainText(COORDINATOR);
  await expectAccessible(page);
  await shot(page, "desk-rnm-approved");
  // As the municipality gave it, byte by byte.
  const certificates = await mail.documents(letter);
  const texts = certificates.map((bytes) => Buffer.from(bytes).toString("latin1"));
  expect(texts).toEqual([OFFICIAL.toString("latin1")]);
});

test("a list has no way before its first page and none after its last", async (
  { page, huella },
) => {
  await seat(page, huella, "coordinacion", "/coordinacion/rnm");
  const pager = page.locator(".pager");
  await expect(pager).toContainText("Página 1 de");
  await expect(pager.getByRole("link")).toHaveText(["Siguiente"]);
  await page.goto("/coordinacion/rnm?estado=ready&pagina=999");
  await expect(pager.getByRole("link")).toHaveText(["Anterior"]);
});

test("a planned outreach opens when it is saved, and when it is changed", async (
  { page, huella },
) => {
  await seat(page, huella, "coordinacion", "/coordinacion/operativos/nuevo");
  await page.locator("#nombre").fill("Caleta Coloso");
  await page.locator("#lugar").fill("Caleta Coloso s/n");
  await page.getByRole("button", { name: "Guardar" }).click();
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveText("Caleta Coloso");
  await expect(page).toHaveURL(/\/coordinacion\/operativos\/[0-9a-f-]{36}$/);
  await expectAccessible(page);
  await shot(page, "desk-outreach-planned");
  await page.getByRole("link", { name: "Cambiar" }).click();
  await expect(heading).toHaveText("Cambiar el operativo");
  await page.locator("#nombre").fill("Caleta Coloso Norte");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(heading).toHaveText("Caleta Coloso Norte");
});

test("what waits to be resolved leaves the list each way there is @critical", async (
  { page, huella, mail },
) => {
  const taken = chip();
  const [mended, held] = [address("mended"), address("held")];
  const away = run();
  await seat(page, huella, "terreno", "/terreno");
  const visit = (name: string, number: string, to: string | null, document = run()) => ({
    document, address: to, chip: number, name,
  });
  expect((await register(page, visit("Arica", taken, null))).outcome).toBe("accepted");
  expect((await register(page, visit("Calama", taken, mended))).outcome).toBe("conflict");
  expect((await register(page, visit("Taltal", taken, null, away))).outcome).toBe("conflict");
  const actor = crypto.randomUUID();
  const foreign = { ...visit("Paposo", chip(), held), actor };
  expect((await register(page, foreign)).outcome).toBe("quarantined");

  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  const card = (name: string) => page.locator("main li.card", { hasText: `Animal: ${name}` });
  const resolved = page.getByRole("status").filter({ hasText: "Resuelto" });
  await expect(card("Calama")).toContainText("Este microchip ya está registrado en otro animal");
  // Who decides may see the other record whole, and open it.
  await expect(card("Calama")).toContainText("Arica");
  await expect(card("Calama").getByRole("link", { name: "Abrir" })).toBeVisible();
  await expect(card("Paposo")).toContainText("de una cuenta que no lo podía enviar");
  await expectAccessible(page);
  await shot(page, "desk-unresolved");

  const right = chip();
  await card("Calama").getByLabel("Microchip correcto").fill(right);
  await card("Calama").getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(card("Calama")).toHaveCount(0);
  await expect(resolved).toBeVisible();
  const [voucher] = await mail.documents(await mail.arrived(mended));
  expect((await pdfText(voucher!))[0]!.replaceAll(/\s/g, "")).toContain(right);

  const put = card("Taltal").getByRole("button", { name: "No registrar" });
  await expect(put).toBeDisabled();
  await card("Taltal").getByLabel("Por qué no se registra").fill("Se envió dos veces");
  await put.click();
  await expect(card("Taltal")).toHaveCount(0);

  await card("Paposo").getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(card("Paposo")).toHaveCount(0);
  expect((await mail.arrived(held)).subject).toContain("Paposo");
  await page.reload();
  for (const name of ["Calama", "Taltal", "Paposo"]) await expect(card(name)).toHaveCount(0);

  // What was put away is in no register.
  await page.goto("/coordinacion/registro");
  await alive(page);
  await page.locator("#buscar").fill(away);
  await page.getByRole("button", { name: "Buscar" }).click();
  await expect(page.getByText("Nadie con esos datos")).toBeVisible();
});

test("what cannot be recorded as it is waits on, once", async ({ page, huella, silence }) => {
  silence.allow(/status of 422/);
  const taken = chip();
  await seat(page, huella, "terreno", "/terreno");
  const visit = (name: string) => ({ document: run(), address: null, chip: taken, name });
  expect((await register(page, visit("Tongoy"))).outcome).toBe("accepted");
  expect((await register(page, visit("Guanaqueros"))).outcome).toBe("conflict");
  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  const card = page.locator("main li.card", { hasText: "Animal: Guanaqueros" });
  await card.getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("ya está registrado en otro animal");
  await expectAccessible(page);
  await shot(page, "desk-unresolved-refused");
  await page.reload();
  await expect(card).toHaveCount(1);
  await alive(page);
  await card.getByLabel("Microchip correcto").fill(chip());
  await card.getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(card).toHaveCount(0);
});

test("a phone learns what the desk has resolved", async ({ page, huella }) => {
  await seat(page, huella, "terreno", "/terreno");
  await chooseOutreach(page, /Hoy/);
  const taken = chip();
  for (const name of ["Ollagüe", "Quillagua"]) {
    const thumb = new Thumb(page);
    await newVisit(thumb);
    await newOwner(thumb, run());
    await newAnimal(thumb, name);
    await readChip(thumb, taken);
    await keep(thumb);
  }
  await expect(page.getByText(/Hay que comparar dos registros/)).toBeVisible();

  await seat(page, huella, "coordinacion", "/coordinacion/por-resolver");
  const card = page.locator("main li.card", { hasText: "Animal: Quillagua" });
  await card.getByLabel("Microchip correcto").fill(chip());
  await card.getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(card).toHaveCount(0);

  await seat(page, huella, "terreno", "/terreno/registros");
  const row = page.locator(".rows li", { hasText: "Quillagua" });
  await expect(row).toContainText("Enviado");
  await row.getByRole("link").tap();
  await page.getByRole("link", { name: "Ver los certificados" }).tap();
  await expect(page.getByRole("img", { name: /Código QR/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-resolved");
});

test("an annulled service no longer counts and its certificate says so @critical", async (
  { page, huella },
) => {
  await seat(page, huella, "terreno", "/terreno");
  const visit = { document: run(), address: address("anulada"), chip: chip(), name: "Caldera" };
  const answer = await register(page, visit);
  const before = await counted(page, "Microchips implantados");
  await page.goto(verificationOf(answer));
  await expect(page.locator("main")).toContainText("el documento está vigente");

  await seat(page, huella, "coordinacion", sheetOf(answer));
  const services = page.getByRole("group", { name: "Atenciones", exact: true });
  await services.getByRole("button", { name: "Anular" }).click();
  const dialog = page.getByRole("dialog");
  const annul = dialog.getByRole("button", { name: "Anular" });
  await expect(annul).toBeDisabled();
  const [why, reason] = [dialog.getByLabel("Motivo"), "Se anotó en el animal equivocado"];
  await why.fill(reason);
  await expectAccessible(page);
  await shot(page, "desk-annul");
  // What cannot be taken is told, and stays to be mended.
  const long = reason.repeat(7);
  await why.fill(long);
  await annul.click();
  await expect(why).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.locator(".field-error")).toContainText("Es demasiado largo");
  await expect(dialog.getByRole("alert")).toContainText("Motivo: ");
  await expect(why).toHaveValue(long);
  await expectAccessible(page);
  await shot(page, "desk-annul-wrong");
  await why.fill(reason);
  await annul.click();
  await expect(services).toContainText("Anulada: Se anotó en el animal equivocado");
  await expect(services.getByRole("button", { name: "Anular" })).toHaveCount(0);
  const documents = page.getByRole("group", { name: "Documentos", exact: true });
  await expect(documents).toContainText("retirado");
  await expect(line(page, "Atención anulada")).toContainText(COORDINATOR);
  await expectAccessible(page);
  await shot(page, "desk-annulled");

  expect(await counted(page, "Microchips implantados")).toBe(before - 1);
  await page.goto(verificationOf(answer));
  await expect(page.locator("main")).toContainText("Retirado");
  await expect(page.locator("main")).not.toContainText("vigente");
  await expectAccessible(page);
  await shot(page, "verification-withdrawn");
});

test("the deadline of the RNM is on the sheet, and shorter for a dangerous dog", async (
  { page, huella },
) => {
  await seat(page, huella, "terreno", "/terreno");
  const looks = { ...COMPLETE, acquired_on: day(-20) };
  const visit = { document: run(), address: null, chip: chip(), name: "Huasco", looks };
  await seat(page, huella, "coordinacion", sheetOf(await register(page, visit)));
  const deadline = page.locator("#rnm .state", { hasText: "Plazo para inscribir" });
  await expect(deadline).toContainText(written(day(70)));
  await expect(deadline).toHaveAttribute("data-kind", "waiting");
  await expect(deadline).not.toContainText("peligroso");

  await unfold(page, "Corregir los datos del animal");
  await page.getByLabel("Calificado como peligroso por").selectOption("health_authority");
  await page.getByRole("button", { name: "Guardar la corrección" }).click();
  await expect(deadline).toContainText("Perro potencialmente peligroso");
  await expect(deadline).toContainText(written(day(-5)));
  await expect(deadline).toHaveAttribute("data-kind", "person");
  await expectAccessible(page);
  await shot(page, "desk-deadline");

  await unfold(page, "Corregir los datos del animal");
  await page.getByLabel("Obtenido el").fill("");
  await page.getByRole("button", { name: "Guardar la corrección" }).click();
  await expect(page.locator("#rnm")).toContainText("Falta esa fecha");
});

test("an animal that is lost is said to be so at the table", async ({ page, huella }) => {
  const document = run();
  await seat(page, huella, "terreno", "/terreno");
  const visit = { document, address: null, chip: chip(), name: "Vallenar" };
  await seat(page, huella, "coordinacion", sheetOf(await register(page, visit)));
  await unfold(page, "Se perdió, apareció o falleció");
  await page.locator("#estado-vital").selectOption("lost");
  await page.locator("#desde").fill(day(-2));
  await page.getByRole("button", { name: "Guardar", exact: true }).click();
  await expect(page.locator(".page-head")).toContainText(`Se perdió · ${written(day(-2))}`);
  await expectAccessible(page);
  await shot(page, "desk-lost");

  await seat(page, huella, "terreno", "/terreno");
  await chooseOutreach(page, /Hoy/);
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await thumb.type(document);
  const row = page.locator(".owner-card .row", { hasText: "Vallenar" });
  await expect(row).toContainText("Se perdió · Hembra");
  await expect(row).toHaveAttribute("data-state", "person");
  await expectAccessible(page);
  await shot(page, "field-find-lost");
});
