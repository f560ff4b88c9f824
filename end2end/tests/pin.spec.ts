// A phone that is closed by a PIN: what lies on it is encrypted, wrong PINs are slowed down and end
// it, and what waits to be sent is not lost with the PIN.
import { ask } from "../fixtures/ask.ts";
import { choose, OTHER, PIN, pinField, script, type, visited } from "../fixtures/pin.ts";
import { online } from "../fixtures/signal.ts";
import { copied, stored } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, beginAlone, chip, chooseOutreach, served, Thumb } from "../fixtures/visit.ts";
import { shut } from "../fixtures/wake.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

test("records lie encrypted, and the PIN opens them after a reload", async (
  { page, huella, silence },
) => {
  await beginAlone(page, huella, silence);
  const number = chip();
  const document = await visited(page, "Cerradura", number);
  const all = await stored(page);
  expect(all.length).toBeGreaterThan(2_000);
  for (const clear of ["Cerradura", number, document, "register_owner", "given", "EXTRACTABLE"]) {
    expect(all).not.toContain(clear);
  }
  await page.getByRole("link", { name: "Volver al inicio" }).tap();

  await expect(page.getByText(/^Sin PIN: /)).toBeVisible();
  await page.getByRole("button", { name: "Poner un PIN" }).tap();
  const [first, again] = [
    page.getByLabel("PIN nuevo", { exact: true }), page.getByLabel("PIN nuevo, otra vez"),
  ];
  const refused = [
    { pin: "80291", second: "80291", told: "seis o más" },
    { pin: "123456", second: "123456", told: "se adivina" },
    { pin: PIN, second: OTHER, told: "no son iguales" },
  ];
  for (const { pin, second, told } of refused) {
    await first.fill(pin);
    await again.fill(second);
    await page.getByRole("button", { name: "Guardar el PIN" }).tap();
    await expect(page.getByRole("alert").getByText(told)).toBeVisible();
  }
  await expectAccessible(page);
  await shot(page, "field-pin-choose");
  await again.fill(PIN);
  await page.getByRole("button", { name: "Guardar el PIN" }).tap();
  await expect(page.getByText(/^Con PIN: /)).toBeVisible();

  await page.reload();
  await expect(page.getByRole("heading", { name: "PIN de este teléfono" })).toBeVisible();
  await expect(pinField(page)).toBeFocused();
  await expectAccessible(page);
  await shot(page, "field-pin-closed");
  await type(page, OTHER);
  await expect(page.getByText("Ese no es el PIN")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-pin-wrong");
  await type(page, PIN);
  await expect(page.getByRole("link", { name: "Cerradura" })).toBeVisible();
  await huella.serve();
  await online(page);
  await page.getByRole("link", { name: "Cerradura" }).click();
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible({ timeout: 60_000 });

  // Another PIN by the old one; the old one opens no more.
  await page.goto("/terreno");
  await type(page, PIN);
  await page.getByRole("button", { name: "Cambiar el PIN" }).tap();
  await page.getByLabel("PIN actual").fill(PIN);
  await first.fill(OTHER);
  await again.fill(OTHER);
  await page.getByRole("button", { name: "Guardar el PIN" }).tap();
  await expect(page.getByRole("button", { name: "Cambiar el PIN" })).toBeVisible();
  await page.reload();
  await type(page, PIN);
  await expect(page.getByText("Ese no es el PIN")).toBeVisible();
  await type(page, OTHER);
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
});

test("a phone that nobody touches closes", async ({ page, huella }) => {
  await page.clock.install();
  await begin(page, huella, "terreno");
  await choose(page, PIN);
  await page.clock.fastForward("09:00");
  await page.getByRole("heading", { name: "PIN de este teléfono" }).click();
  await page.clock.fastForward("09:00");
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
  await page.clock.fastForward("02:00");
  await expect(pinField(page)).toBeVisible();
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeHidden();
});

test("wrong PINs wait, also when the app is ended, and then no PIN opens", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await choose(page, PIN);
  await page.reload();
  for (let turn = 0; turn < 4; turn += 1) {
    await type(page, OTHER);
    // The words of the try before go when the next one begins.
    await expect(page.getByText("Ese no es el PIN")).toBeVisible();
    await expect(pinField(page)).toHaveValue("");
  }
  let now = Date.now();
  await page.clock.setFixedTime(now);
  await type(page, OTHER);
  await expect(page.getByText("Espere 1 minuto")).toBeVisible();
  await page.reload();
  await type(page, PIN);
  await expect(page.getByText("Espere 1 minuto"), "the right one waits too").toBeVisible();
  // A clock that is put back by a day neither opens nor closes for a day.
  now -= 86_400_000;
  await page.clock.setFixedTime(now);
  expect(await script(page, "vault", "unlock", OTHER)).toBe("wait 900000");
  for (let turn = 5; turn < 14; turn += 1) {
    now += 16 * 60_000;
    await page.clock.setFixedTime(now);
    expect(await script(page, "vault", "unlock", OTHER), `try ${turn}`).toMatch(/^wait /);
  }
  await page.clock.setFixedTime(now + 16 * 60_000);
  await type(page, OTHER);
  await expect(page.getByText("El PIN se bloqueó")).toBeVisible();
  expect(await script(page, "vault", "unlock", PIN)).toBe("blocked");
  await page.reload();
  await expect(page.getByText("El PIN se bloqueó")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-pin-blocked");
  await page.getByRole("button", { name: "Empezar de nuevo" }).tap();
  await expect(page.getByText(/^Sin PIN: /)).toBeVisible();
});

test("a forgotten PIN loses no record", async ({ page, huella, silence }) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  await choose(page, PIN);
  await served(page);
  await huella.stop();
  const number = chip();
  const document = await visited(page, "Olvidada", number);
  await copied(page, 1);
  await page.reload();
  await page.getByRole("button", { name: "Olvidé mi PIN" }).tap();
  await expect(page.getByText(/^Con su cuenta y con señal puede empezar/)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-pin-forgotten");
  await page.getByRole("button", { name: "Empezar de nuevo" }).tap();
  await expect(page.getByText(/sin señal el teléfono quedaría vacío/)).toBeVisible();
  await type(page, PIN);
  await expect(page.getByText(/^Olvidada · /), "nothing has changed").toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Olvidé mi PIN" }).tap();
  await huella.serve();
  await page.getByRole("button", { name: "Empezar de nuevo" }).tap();
  await expect(page.getByText(/^Registro cerrado · /)).toBeVisible();
  await expect(page.getByText(/^Lo que se escribió se cerró con el PIN anterior/)).toBeVisible();
  await expect(page.getByText("no lleva certificado"), "nobody can say").toHaveCount(0);
  await page.goto("/terreno");
  await chooseOutreach(page, /Hoy/);
  await page.getByRole("link", { name: "Ver todo" }).tap();
  await expect(page.getByText("1 recibido, ninguno pendiente")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("link", { name: /Registro cerrado/ })).toBeVisible();
  await shot(page, "field-pin-shut-record");

  const thumb = new Thumb(page);
  await page.getByRole("link", { name: "Nueva atención" }).tap();
  await thumb.type(document);
  await expect(page.getByRole("button", { name: /Olvidada/ })).toHaveCount(1);
});

test("what waits goes home while the app is shut", async ({ page, huella, silence }) => {
  await beginAlone(page, huella, silence);
  const number = chip();
  await visited(page, "Durmiente", number);
  await copied(page, 1);
  const wake = await shut(page);
  await huella.serve();
  await wake();
  await page.goto("/");
  const isThere = async () =>
    (await ask<{ status: string }>(page, "/api/v1/field/chip", { chip: number })).status;
  await expect.poll(isThere, { timeout: 20_000 }).toBe("on_animal");
  await page.goto("/terreno/registros");
  await expect(page.getByText("1 recibido, ninguno pendiente")).toBeVisible();
  await expect(page.getByRole("link", { name: /Durmiente.*Enviado/ })).toHaveCount(1);
});

test("a phone whose store does not give the key back says so, and keeps everything", async (
  { page, huella, silence },
) => {
  await beginAlone(page, huella, silence);
  await visited(page, "Guardada", chip());
  // Its scripts come from the service worker, which a test cannot keep from answering.
  await page.addInitScript(() => {
    const open = indexedDB.open.bind(indexedDB);
    indexedDB.open = (name, ...version) => {
      if (name === "huella-vault" && !sessionStorage.getItem("mended")) throw new Error("broken");
      return open(name, ...version);
    };
  });
  await page.goto("/terreno");
  await expect(page.getByText("El navegador no entrega lo guardado")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-vault-stuck");
  await page.evaluate(() => sessionStorage.setItem("mended", "1"));
  await page.getByRole("button", { name: "Intentar de nuevo" }).tap();
  await expect(page.getByRole("link", { name: /Guardada/ })).toBeVisible();
  await huella.serve();
});
