// Pages that are seldom seen: links of mails, refused forms, what an owner and a finder ask for.
import { devices, type Page } from "@playwright/test";
import { account, signIn } from "../fixtures/account.ts";
import { apart } from "../fixtures/apart.ts";
import { invite, ownerOf, record } from "../fixtures/coordinator.ts";
import { inOrder } from "../fixtures/in-order.ts";
import type { MailServer } from "../fixtures/mail.ts";
import {
  address, askForCode, enterCode, LONG_PERSON, LONG_PET, registered,
} from "../fixtures/owner.ts";
import { expect, test } from "../fixtures/test.ts";
import { chip } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

/** The path of the link in the newest of so many mails. */
async function linkFor(mail: MailServer, to: string, count = 1): Promise<string> {
  const { text } = await mail.arrived(to, count);
  return /\/e\/[A-Z2-7]{26}/.exec(text)![0];
}

/** Fills in a new password and its repetition, and sends them. */
async function choose(page: Page, button: string, password: string, repeated = password) {
  await page.getByLabel("Contraseña nueva").fill(password);
  await page.getByLabel("Escríbala otra vez").fill(repeated);
  await page.getByRole("button", { name: button }).click();
}

/** Signs in on the page as somebody who is not of the demonstration. */
async function enter(page: Page, email: string, password: string, next: string) {
  await page.goto(`/ingresar?next=${encodeURIComponent(next)}`);
  await page.getByLabel("Correo electrónico").fill(email);
  await page.getByLabel("Contraseña").fill(password);
  await page.getByRole("button", { name: "Ingresar" }).click();
}

test("an invitation opens an account once, and the account is its owner's", async (
  { page, browser, huella, mail, silence },
) => {
  silence.allow(/status of 4(10|22)/);
  const email = address("invitada");
  const password = "la garza del muelle";
  await signIn(page, huella, "administracion", "/cuenta");
  await invite(page, email, LONG_PERSON.given);
  await page.context().clearCookies();

  const link = await linkFor(mail, email);
  await page.goto(link);
  await expect(page.locator("main")).toContainText(`Invitación para ${email}`);
  await inOrder(page, "link-invitation");
  await choose(page, "Crear mi cuenta", "corta");
  await expect(page.getByRole("alert")).toContainText("demasiado corto");
  await choose(page, "Crear mi cuenta", password, "otra cosa distinta");
  await expect(page.getByRole("alert")).toContainText("No coincide");
  await inOrder(page, "link-invitation-refused");
  await choose(page, "Crear mi cuenta", password);
  await expect(page.getByRole("status")).toContainText("Su contraseña quedó guardada");
  await inOrder(page, "link-invitation-done");
  expect((await page.goto(link))?.status()).toBe(410);
  await expect(page.locator("main")).toContainText("ya se usó o venció");
  await inOrder(page, "link-used");

  const elsewhere = await (await browser.newContext({ baseURL: huella.origin })).newPage();
  await enter(elsewhere, email, password, "/cuenta");
  await expect(elsewhere.getByRole("heading", { name: "Su cuenta" })).toBeVisible();
  await enter(page, email, password, "/cuenta");
  await inOrder(page, "account-two-devices");
  await page.getByRole("button", { name: "Cerrar esa sesión" }).click();
  await expect(page.getByRole("status")).toContainText("La sesión se cerró.");
  await inOrder(page, "account-device-ended");
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/\/ingresar\?next=/);
  await elsewhere.context().close();

  await page.getByLabel("Contraseña actual").fill("no es esta");
  await choose(page, "Cambiar la contraseña", "el faro de la portada");
  await expect(page.getByRole("alert")).toBeVisible();
  await inOrder(page, "account-wrong-password");
  await page.getByLabel("Contraseña actual").fill(password);
  await choose(page, "Cambiar la contraseña", "el faro de la portada");
  await expect(page.getByRole("status")).toContainText("La contraseña se cambió");
  await page.goto("/salir");
  await inOrder(page, "sign-out");
  await page.getByRole("button", { name: "Salir" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Salió de su cuenta");
  await inOrder(page, "signed-out");
});

test("a session is called by its browser and where that runs", async (
  { page, browser, huella },
) => {
  const { email, password } = account(huella, "auditoria");
  await signIn(page, huella, "auditoria", "/cuenta");
  for (const [device, words] of [
    ["Pixel 7", "Chrome en Android"],
    ["iPhone 15", "Safari en iPhone"],
  ] as const) {
    const { userAgent } = devices[device];
    const context = await browser.newContext({ baseURL: huella.origin, userAgent });
    const phone = await context.newPage();
    await enter(phone, email, password, "/cuenta");
    const own = phone.locator(".summary-row", { hasText: "Este dispositivo" });
    await expect(own.locator("dt")).toHaveText(words);

    await page.goto("/cuenta");
    const row = page.locator(".summary-row", { has: page.locator("dt", { hasText: words }) });
    await expect(row).toContainText("Último uso:");
    if (device === "Pixel 7") await inOrder(page, "account-phone");
    await row.getByRole("button", { name: "Cerrar esa sesión" }).click();
    await expect(page.getByRole("status")).toContainText("La sesión se cerró.");
    await expect(row).toHaveCount(0);
    await phone.reload();
    await expect(phone).toHaveURL(/\/ingresar\?next=/);
    await context.close();
  }
});

test("a forgotten password is chosen anew by the newest link only", async (
  { page, huella, mail, silence },
) => {
  silence.allow(/status of 4(10|22)/);
  const email = address("olvidadiza");
  await signIn(page, huella, "administracion", "/cuenta");
  await invite(page, email, "Rosa Prueba");
  await page.context().clearCookies();
  await page.goto(await linkFor(mail, email));
  await choose(page, "Crear mi cuenta", "la garza del muelle");

  for (const _ of ["first", "second"]) {
    await page.goto("/clave");
    await page.getByLabel("Correo electrónico").fill(email);
    await page.getByRole("button", { name: "Enviar el enlace" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Revise su correo");
  }
  await inOrder(page, "reset-sent");
  const newest = await linkFor(mail, email, 3);
  const links = (await mail.of(email)).slice(1).map(({ text }) => /\/e\/\w{26}/.exec(text)![0]);
  const before = links.find((link) => link !== newest)!;
  const unknown = `/e/${"A".repeat(26)}`;
  // Mails may arrive in another order than they were written.
  const usable = (await page.request.get(newest)).ok() ? [newest, before] : [before, newest];
  for (const dead of [usable[1]!, unknown]) {
    expect((await page.goto(dead))?.status()).toBe(410);
    await expect(page.locator("main")).toContainText("ya se usó o venció");
  }
  await inOrder(page, "link-unknown");
  await page.goto(usable[0]!);
  await inOrder(page, "link-reset");
  await choose(page, "Guardar la contraseña", email.split("@")[0]!);
  await expect(page.getByRole("alert")).toContainText("Falta revisar un dato");
  // There is no example to look at: it has to say that others would guess it.
  await expect.soft(page.getByRole("alert")).not.toContainText("Mire el ejemplo");
  await inOrder(page, "link-reset-refused");
  await choose(page, "Guardar la contraseña", "el faro de la portada");
  await expect(page.getByRole("status")).toContainText("Su contraseña quedó guardada");
  await enter(page, email, "la garza del muelle", "/cuenta");
  await expect(page.getByRole("alert")).toContainText("no coinciden");
  await enter(page, email, "el faro de la portada", "/cuenta");
  await expect(page.getByRole("heading", { name: "Su cuenta" })).toBeVisible();
});

test("who may not come in is told so and keeps what was typed", async ({ page, silence }) => {
  silence.allow(/status of 422/);
  await page.goto("/coordinacion/tareas");
  await expect(page).toHaveURL(/\/ingresar\?next=%2Fcoordinacion%2Ftareas$/);
  await inOrder(page, "sign-in-first");
  await enter(page, "nadie@example.cl.invalid", "no es esta", "/coordinacion/tareas");
  await expect(page.getByRole("alert")).toContainText("no coinciden");
  await expect(page.getByLabel("Correo electrónico")).toHaveValue("nadie@example.cl.invalid");
  await expect(page.getByLabel("Contraseña")).toHaveValue("");
  await inOrder(page, "sign-in-refused");
});

test("a grave act asks for the password once more", async ({ page, huella, silence }) => {
  silence.allow(/status of 422/);
  await signIn(page, huella, "auditoria", "/cuenta");
  await page.goto("/cuenta/confirmar?next=/cuenta");
  await inOrder(page, "confirm");
  await page.getByLabel("Contraseña").fill("no es esta");
  await page.getByRole("button", { name: "Confirmar" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await inOrder(page, "confirm-refused");
  await page.getByLabel("Contraseña").fill(account(huella, "auditoria").password);
  await page.getByRole("button", { name: "Confirmar" }).click();
  await expect(page).toHaveURL(/\/cuenta$/);
});

test("a code that is wrong, missing or tried too often opens nothing", async (
  { page, huella, mail, silence },
) => {
  silence.allow(/status of 4(10|22)/);
  const owner = await registered(page, huella, { address: address("codigo"), name: "Ñusta" });
  const code = await askForCode(page, mail, owner);
  await inOrder(page, "code-asked");
  await enterCode(page, "");
  await expect(page.getByRole("alert")).toContainText("Falta este dato: código");
  await inOrder(page, "code-missing");
  const wrong = code === "123456" ? "654321" : "123456";
  for (const left of ["quedan 4", "quedan 3", "quedan 2", "queda 1"]) {
    await enterCode(page, wrong);
    await expect(page.getByRole("alert")).toContainText(`${left} intento`);
  }
  await inOrder(page, "code-last-try");
  await enterCode(page, wrong);
  await expect(page.getByRole("alert")).toContainText("ya se usó o venció");
  await enterCode(page, code);
  await expect(page.getByRole("alert")).toContainText("ya se usó o venció");
  await inOrder(page, "code-over");
});

test("an owner reports and asks, with the longest names", async (
  { page, huella, mail, silence },
) => {
  silence.allow(/status of 422/);
  const wanted = { address: address("larga"), name: LONG_PET, person: LONG_PERSON };
  const owner = await registered(page, huella, wanted);
  await enterCode(page, await askForCode(page, mail, owner));
  await expect(page.getByRole("heading", { name: LONG_PET })).toBeVisible();
  await expect(page.locator("main")).toContainText(`Hola, ${LONG_PERSON.given}`);
  await page.getByText("Quién consultó estos datos").click();
  await inOrder(page, "own-long");
  await page.getByRole("button", { name: "Avisar que se perdió" }).click();
  await expect(page.getByRole("status")).toContainText("Avisamos que se perdió");
  await inOrder(page, "own-lost");
  await page.getByRole("button", { name: "Ya apareció" }).click();
  await expect(page.getByRole("status")).toContainText("Qué bueno que apareció");

  await page.getByRole("link", { name: "Indicar un correo nuevo" }).click();
  await inOrder(page, "own-address");
  // A browser lets it pass: only the server asks for a whole domain.
  await page.getByLabel("Correo nuevo").fill("maria@example");
  await page.getByRole("button", { name: "Pedir el cambio" }).click();
  await expect(page.getByRole("alert")).toContainText("después de la arroba");
  await expect(page.getByLabel("Correo nuevo")).toHaveValue("maria@example");
  await inOrder(page, "own-address-refused");
  await page.getByLabel("Correo nuevo").fill("maria@example.cl.invalid");
  await page.getByRole("button", { name: "Pedir el cambio" }).click();
  await expect(page.getByRole("status")).toContainText("antes de usar el correo nuevo");
  await inOrder(page, "own-address-asked");

  await page.getByRole("link", { name: /Pedir una corrección/ }).click();
  await expect(page.locator("main")).toContainText(`Sobre ${LONG_PET}`);
  await inOrder(page, "own-correction");
  await page.getByRole("button", { name: "Enviar el pedido" }).click();
  await expect(page.getByRole("alert")).toContainText("Falta este dato: qué hay que corregir");
  await inOrder(page, "own-correction-refused");
  await page.getByLabel("Qué hay que corregir").fill("Es <hembra> & no macho");
  await page.getByRole("button", { name: "Enviar el pedido" }).click();
  await expect(page.getByRole("status")).toContainText("Una persona del equipo lo revisa");
  await inOrder(page, "own-correction-asked");
  await page.getByRole("button", { name: "Salir" }).click();
  await page.goto("/mis-animales/correo");
  await expect(page).toHaveURL(/\/certificados$/);
});

test("an owner whose only animal moved away sees an empty page that leads on", async (
  { page, huella, mail },
) => {
  const giver = await registered(page, huella, { address: address("antes"), name: "Sol" });
  const taker = await registered(page, huella, { address: address("despues"), name: "Mar" });
  await enterCode(page, await askForCode(page, mail, giver));
  await expect(page.getByRole("heading", { name: "Sol" })).toBeVisible();
  await signIn(page, huella, "coordinacion", "/cuenta");
  const [animal] = (await ownerOf(page, giver.chip)).animals;
  const { id: owner } = await ownerOf(page, taker.chip);
  await record(page, { command: "transfer_animal", animal: animal!.id, owner });
  await page.goto("/mis-animales");
  await expect(page.locator("main")).toContainText("No hay animales a su nombre");
  await expect(page.getByRole("heading", { name: "Sol" })).toHaveCount(0);
  await inOrder(page, "own-empty");
  await page.getByRole("link", { name: "Pedir una corrección" }).click();
  await expect(page.locator("main")).not.toContainText("Sobre");
  await inOrder(page, "own-correction-own-data");
});

apart("whoever tries too many passwords has to wait", async ({ page, silence }) => {
  silence.allow(/status of 4(22|29)/);
  for (let count = 0; count < 11; count += 1) {
    await enter(page, "nadie@example.cl.invalid", "no es esta", "/cuenta");
    await expect(page.getByRole("alert")).toBeVisible();
  }
  await expect(page.getByRole("alert")).toContainText("Hubo demasiados intentos seguidos.");
  await expect(page.getByRole("alert")).toContainText(/Espere 1[45] minutos/);
  await inOrder(page, "sign-in-too-often");
});

test("a finder's message is read, kept when refused, and passed on", async (
  { page, huella, mail, silence },
) => {
  silence.allow(/status of 422/);
  const found = await registered(page, huella, { address: address("busca"), name: "Ñusta" });
  await page.goto("/encontre");
  await page.getByRole("button", { name: "Buscar el microchip" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await inOrder(page, "found-refused");
  await page.getByLabel("Número de microchip").fill(chip());
  await page.getByRole("button", { name: "Buscar el microchip" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No conocemos este microchip");
  await inOrder(page, "found-unknown");
  await page.getByRole("link", { name: "Buscar otro número" }).click();
  await page.getByLabel("Número de microchip").fill(found.chip);
  await page.getByRole("button", { name: "Buscar el microchip" }).click();
  await expect(page.locator("main")).not.toContainText("Ñusta");
  await expect(page.locator("main")).not.toContainText("De la Demostración");
  await inOrder(page, "found-message");
  await page.getByLabel("Dónde está el animal").fill("Plaza Colón");
  await page.getByLabel("Su teléfono o correo").fill("12345");
  await page.getByRole("button", { name: "Enviar el mensaje" }).click();
  await expect(page.getByRole("alert")).toContainText("Falta revisar 2 datos");
  await expect(page.getByLabel("Dónde está el animal")).toHaveValue("Plaza Colón");
  await inOrder(page, "found-message-refused");
  await page.getByLabel("Su mensaje").fill("Está bien & come <mucho>");
  await page.getByLabel("Su teléfono o correo").fill("+56 9 1234 5678");
  await page.getByRole("button", { name: "Enviar el mensaje" }).click();
  await expect(page).toHaveURL(/\/encontre\/enviado$/);
  await inOrder(page, "found-message-sent");
  const relayed = await mail.arrived(found.address!, 2);
  expect(relayed.text).toContain("Está bien & come <mucho>");
  expect(relayed.text).toContain("Plaza Colón");
});

test("a finder is not told whether the family is looking", async ({ page, huella, mail }) => {
  const lost = await registered(page, huella, { address: address("perdida"), name: "Ñusta" });
  await enterCode(page, await askForCode(page, mail, lost));
  await page.getByRole("button", { name: "Avisar que se perdió" }).click();
  await page.context().clearCookies();
  await page.goto("/encontre");
  await page.getByLabel("Número de microchip").fill(lost.chip);
  await page.getByRole("button", { name: "Buscar el microchip" }).click();
  const known = "Este microchip está registrado aquí";
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(known);
  await expect(page.locator("main")).not.toContainText(/perdi|buscando/);
});
