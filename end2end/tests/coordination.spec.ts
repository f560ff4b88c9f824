// The coordination at its desk: what each role sees, the veterinarian's hand, the RNM's road.
import { signIn } from "../fixtures/account.ts";
import { alive } from "../fixtures/alive.ts";
import type { Page } from "@playwright/test";
import { sit } from "../fixtures/seat.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

const PAGES = [
  "",
  "/operativos",
  "/operativos/nuevo",
  "/programas",
  "/existencias",
  "/existencias/oficina/recibir",
  "/existencias/oficina/producto",
  "/existencias/oficina/corregir-lote",
  "/importar",
  "/registro",
  "/rnm",
  "/rnm?estado=incomplete",
  "/tareas",
  "/por-resolver",
  "/por-resolver?lista=refused",
  "/por-resolver?lista=withdrawn",
  "/correos",
  "/correos?estado=sent",
  "/telefonos",
  "/equipo",
];

test.use({ data: "demonstration" });

/** Looks somebody up in the register; names never stand in the address. */
async function lookUp(page: Page, words: string) {
  await alive(page);
  await page.keyboard.press("/");
  await expect(page.locator("#buscar")).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await page.locator("main a[href*='/registro/persona/']").first().waitFor();
}

/**
 * At which edges of a table's frame a shadow says that columns go on behind it. It follows the
 * scrolling, as an animation does: while a picture is made it is none.
 */
function shadows(frame: HTMLElement): string[] {
  const inside = /(-?[\d.]+)px -?[\d.]+px -?[\d.]+px -?[\d.]+px inset/g;
  const all = [...getComputedStyle(frame).boxShadow.matchAll(inside)];
  const aside = all.map((one) => Number(one[1])).filter((px) => Math.abs(px) >= 1);
  return aside.map((px) => (px > 0 ? "start" : "end"));
}

/** What the page is called is told by its one table too, but only to whoever cannot see that. */
async function saidOnce(page: Page) {
  const caption = page.locator("caption", { hasText: await page.locator("h1").innerText() });
  const width = await caption.evaluate((told) => told.getBoundingClientRect().width);
  expect(width).toBeLessThanOrEqual(1);
}

test("a coordinator opens every page and nothing is out of order", async ({ page, huella }) => {
  await signIn(page, huella, "coordinacion", "/coordinacion");
  for (const path of PAGES) {
    await page.goto(`/coordinacion${path}`);
    await expect(page.locator("h1")).toHaveCount(1);
    await expectAccessible(page);
    const name = path.replace(/[^a-z]+/g, "-");
    await shot(page, `coordination${name}`);
  }
});

test("the sheets of an outreach, an owner and an animal are in order", async ({ page, huella }) => {
  await signIn(page, huella, "coordinacion", "/coordinacion");
  await page.goto("/coordinacion/operativos?ano=2020");
  await page.locator("tbody a").first().click();
  await expect(page).toHaveURL(/\/operativos\/[0-9a-f-]{36}/);
  await expect(page.locator("h1")).toHaveCount(1);
  await expectAccessible(page);
  await shot(page, "coordination-outreach");
  await page.goto("/coordinacion/registro");
  await lookUp(page, "gonzalez");
  await page.locator("main a[href*='/registro/persona/']").first().click();
  await expect(page).toHaveURL(/\/persona\//);
  await expect(page.locator("h1")).toHaveCount(1);
  await expectAccessible(page);
  await shot(page, "coordination-owner");
  await page.locator("main a[href*='/registro/animal/']").first().click();
  await expect(page).toHaveURL(/\/animal\//);
  await expect(page.locator("h1")).toHaveCount(1);
  await expectAccessible(page);
  await shot(page, "coordination-animal");
});

test("an account shows its devices, and the public account its figures", async ({ page, huella }) => {
  await signIn(page, huella, "coordinacion", "/coordinacion");
  await page.goto("/cuenta");
  await expect(page.getByRole("heading", { name: "Sus dispositivos" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "account");
  await page.goto("/cuenta-publica?year=2020");
  for (const figure of ["800", "876", "17"]) {
    await expect(page.locator(".sum-figure").getByText(figure, { exact: true }).first()).toBeVisible();
  }
  await expectAccessible(page);
  await shot(page, "public-account-2020");
});

test("a table that is wider than the phone says at its edges that it goes on", async (
  { page, huella },
) => {
  await sit(page, huella, "coordinacion", "/coordinacion/existencias");
  const frame = page.locator(".table-frame").first();
  const beyond = await frame.evaluate((one) => one.scrollWidth - one.clientWidth);
  expect(beyond, "it is wider than the phone").toBeGreaterThan(40);
  const scrolled = (part: number) =>
    frame.evaluate((one, part) => {
      one.scrollLeft = (one.scrollWidth - one.clientWidth) * part;
    }, part);
  const seen = () => frame.evaluate(shadows);
  await expect.poll(seen).toEqual(["end"]);
  await scrolled(0.5);
  await expect.poll(seen).toEqual(["start", "end"]);
  await scrolled(1);
  await expect.poll(seen).toEqual(["start"]);
  await expectAccessible(page);
});

test("an auditor reads with personal data masked", async ({ page, huella }) => {
  await signIn(page, huella, "auditoria", "/coordinacion/registro");
  await lookUp(page, "gonzalez");
  await page.locator("main a[href*='/registro/persona/']").first().click();
  await expect(page).toHaveURL(/\/persona\//);
  await expect(page.locator("main")).toContainText("••••@");
  await expect(page.locator("main")).not.toContainText(/[a-z0-9]{2}@example/);
  await expect(page.locator("main")).not.toContainText("+56 9");
  await expectAccessible(page);
  await shot(page, "coordination-owner-masked");
});

test("an administrator sees accounts and keys, and no animal", async ({ page, huella, silence }) => {
  silence.allow(/status of 403/);
  await signIn(page, huella, "administracion", "/coordinacion/equipo");
  for (const path of ["/equipo", "/claves"]) {
    await page.goto(`/coordinacion${path}`);
    await expect(page.locator("h1")).toHaveCount(1);
    await expectAccessible(page);
    await saidOnce(page);
    await shot(page, `coordination-admin${path.replace("/", "-")}`);
  }
  const refused = await page.goto("/coordinacion/registro");
  expect(refused?.status()).toBe(403);
  await expectAccessible(page);
  await shot(page, "coordination-forbidden");
});

test("pages are whole without a script", async ({ browser, huella, page }) => {
  await signIn(page, huella, "coordinacion", "/coordinacion");
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
  await signIn(page, huella, "coordinacion", "/coordinacion/rnm");
  const csv = await page.request.get("/coordinacion/rnm.csv");
  const text = await csv.body();
  expect([...text.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const asked = page.getByRole("link", { name: /^Solicitado/ });
  const count = async () => Number(/\d+/.exec(await asked.innerText())?.[0]);
  const before = await count();
  await page.locator("tbody tr").first().getByRole("checkbox").check();
  await page.getByRole("button", { name: "Marcar como ingresado" }).click();
  await expect(page.getByRole("status")).toContainText("Marcado");
  await expect.poll(count).toBe(before + 1);
});

test("a veterinarian's own pages are in order", async ({ page, huella }) => {
  await signIn(page, huella, "veterinaria", "/coordinacion");
  for (const path of ["/firma", "/documentos"]) {
    await page.goto(`/coordinacion${path}`);
    await expect(page.locator("h1")).toHaveCount(1);
    await expectAccessible(page);
    await shot(page, `coordination${path.replace("/", "-")}`);
  }
  await page.goto("/terreno");
  await expect(page.getByRole("heading", { name: "¿En qué operativo está?" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-choose");
});

test("a veterinarian draws a signature and confirms before authorising", async ({ page, huella }) => {
  await signIn(page, huella, "veterinaria", "/coordinacion/firma");
  const again = page.getByRole("button", { name: "Dibujar otra" });
  if (await again.isVisible()) await again.click();
  const pad = page.locator(".signature-pad");
  const box = (await pad.boundingBox())!;
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
  await page.mouse.move(...at(0.1, 0.6));
  await page.mouse.down();
  await page.mouse.move(...at(0.5, 0.3), { steps: 8 });
  await page.mouse.move(...at(0.9, 0.7), { steps: 8 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Guardar mi firma" }).click();
  await expect(page.getByRole("status").first()).toContainText("Firma guardada");
  await expectAccessible(page);
});
