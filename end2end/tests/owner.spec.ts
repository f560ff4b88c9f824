// The public pages, as an owner, a finder and a passer-by use them: without a script.
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { expectLight } from "../fixtures/weight.ts";

const PAGES = [
  ["/", "public-home"],
  ["/certificados", "public-certificates"],
  ["/certificados/codigo", "public-code"],
  ["/encontre", "public-found"],
  ["/encontre/enviado", "public-found-sent"],
  ["/verificar", "public-verifying"],
  ["/cuenta-publica", "public-account"],
  ["/privacidad", "public-privacy"],
  ["/operativos", "public-outreaches"],
  ["/mi-hora", "public-my-booking"],
] as const;

for (const [path, name] of PAGES) {
  test(`${path} is accessible and looks right`, async ({ page }) => {
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(200);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expectAccessible(page);
    await shot(page, name);
  });
}

test("a public page weighs at most 50 KB, fonts included @critical", async ({ page }) => {
  await expectLight(page, PAGES.map(([path]) => path));
});

test("nothing typed is lost when a look-up is refused @critical", async ({ page, silence }) => {
  silence.allow(/status of 422/);
  await page.goto("/certificados");
  await page.getByLabel("Su RUN").fill("12.345.678-9");
  await page.getByLabel("Últimos 6 dígitos").fill("12a456");
  await page.getByRole("button", { name: "Recibir un código" }).click();
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("Falta revisar 2 datos");
  await expect(page.getByLabel("Su RUN")).toHaveValue("12.345.678-9");
  await expect(page.getByLabel("Últimos 6 dígitos")).toHaveValue("12a456");
  await summary.getByRole("link").first().click();
  await expect(page.getByLabel("Su RUN")).toBeFocused();
  await expectAccessible(page);
  await shot(page, "public-certificates-refused");
});

test("somebody nobody knows gets the same page and no mail @critical", async (
  { page, mail, silence },
) => {
  silence.allow(/status of 4(10|22)/);
  await mail.clear();
  await page.goto("/certificados");
  await page.getByLabel("Su RUN").fill("11.111.111-1");
  await page.getByLabel("Últimos 6 dígitos").fill("123456");
  await page.getByRole("button", { name: "Recibir un código" }).click();
  await expect(page).toHaveURL(/\/certificados\/codigo$/);
  await page.getByLabel("Código").fill("123456");
  await page.getByRole("button", { name: "Ver mis animales" }).click();
  await expect(page.getByRole("alert")).toContainText("quedan 4 intentos");
  await expectAccessible(page);
  expect(await mail.all()).toEqual([]);
});

test("an unknown chip is sent on to the national search", async ({ page, silence }) => {
  silence.allow(/status of 422/);
  await page.goto("/encontre");
  await page.getByLabel("Número de microchip").fill("1520981");
  await page.getByRole("button", { name: "Buscar el microchip" }).click();
  await expect(page.getByRole("alert")).toContainText("15 dígitos");
  await page.getByLabel("Número de microchip").fill("152 0981 0000 0001");
  await page.getByRole("button", { name: "Buscar el microchip" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No conocemos este microchip");
  await expect(page.getByText("registratumascota.cl")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "public-found-unknown");
});

test("own animals ask for a code first", async ({ page }) => {
  await page.goto("/mis-animales");
  await expect(page).toHaveURL(/\/certificados$/);
});
