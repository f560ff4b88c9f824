// The coordination at its desk: what each role sees, the veterinarian's hand, the RNM's road.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../../fixtures/test.ts";

/** The demonstration's accounts, as `huella demo` prints them: address, password, role. */
function account(printed: string, role: string): { email: string; password: string } {
  const line = printed.split("\n").find((line) => line.includes(role) && line.includes("@"));
  const [email, password] = (line ?? "").match(/\S+@\S+|\S+$/g) ?? [];
  if (!email || !password) throw new Error(`no account of ${role} in:\n${printed}`);
  return { email, password };
}

async function signIn(page: Page, who: { email: string; password: string }, next: string) {
  await page.goto(`/ingresar?next=${next}`);
  await page.getByLabel("Correo electrónico").fill(who.email);
  await page.getByLabel("Contraseña").fill(who.password);
  await page.getByRole("button", { name: "Ingresar" }).click();
  await page.waitForURL(`**${next}`);
}

const PAGES = [
  "",
  "/operativos",
  "/operativos/nuevo",
  "/programas",
  "/registro",
  "/rnm",
  "/rnm?estado=incomplete",
  "/tareas",
  "/por-resolver",
  "/correos",
  "/correos?estado=sent",
  "/equipo",
];

test.use({ data: "demonstration" });

test("a coordinator opens every page and nothing is out of order", async ({ page, huella }) => {
  await signIn(page, account(huella.accounts, "coordinacion"), "/coordinacion");
  for (const path of PAGES) {
    await page.goto(`/coordinacion${path}`);
    await expect(page.locator("h1")).toHaveCount(1);
    await expectAccessible(page);
  }
});

test("pages are whole without a script", async ({ browser, huella, page }) => {
  await signIn(page, account(huella.accounts, "coordinacion"), "/coordinacion");
  const state = await page.context().storageState();
  const silent = await browser.newContext({ javaScriptEnabled: false, storageState: state });
  const plain = await silent.newPage();
  await plain.goto(`${huella.origin}/coordinacion/rnm`);
  await expect(plain.locator("tbody tr").first()).toBeVisible();
  await plain.goto(`${huella.origin}/coordinacion/operativos?ano=2020`);
  expect(await plain.locator("tbody tr").count()).toBeGreaterThan(10);
  await silent.close();
});

test("what is ready for the RNM is marked, and taken out as a file", async ({ page, huella }) => {
  await signIn(page, account(huella.accounts, "coordinacion"), "/coordinacion/rnm");
  const csv = await page.request.get("/coordinacion/rnm.csv");
  const text = await csv.body();
  expect([...text.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const first = page.locator("tbody tr").first();
  const name = await first.locator("th").innerText();
  await first.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Marcar como ingresado" }).click();
  await expect(page.getByRole("status")).toContainText("Marcado");
  await page.getByRole("link", { name: /^Solicitado/ }).click();
  await expect(page.locator("tbody")).toContainText(name);
});

test("a veterinarian draws a signature and confirms before authorising", async ({ page, huella }) => {
  const who = account(huella.accounts, "veterinari");
  await signIn(page, who, "/coordinacion/firma");
  const again = page.getByRole("button", { name: "Dibujar otra" });
  if (await again.isVisible()) await again.click();
  const pad = page.locator(".signature-pad");
  const box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + 60, box.y + 120);
  await page.mouse.down();
  await page.mouse.move(box.x + 200, box.y + 40, { steps: 8 });
  await page.mouse.move(box.x + 360, box.y + 140, { steps: 8 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Guardar mi firma" }).click();
  await expect(page.getByRole("status").first()).toContainText("Firma guardada");
  await expectAccessible(page);
});
