// The menu of the coordination: one line at a desk, and nothing of it out of reach on a telephone.
import { seat } from "../fixtures/seat.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test.use({
  data: "demonstration",
  viewport: { width: 1280, height: 800 }, isMobile: false, hasTouch: false, deviceScaleFactor: 1,
});

/** The mark's own height, and the line below it. */
const ONE_LINE_PX = 60;
/** The same with a line of links under the mark. */
const TWO_LINES_PX = 105;

test("the coordinator's menu is one line, and folds what is seldom opened", async (
  { page, browser, huella },
) => {
  await seat(page, huella, "coordinacion", "/coordinacion/equipo");
  const menu = page.getByRole("navigation", { name: "Navegación principal" });
  const more = menu.locator("summary");
  await expect(more).toHaveText(/^\s*Más\s*:\s*Equipo\s*$/);
  await expect(more).toHaveAttribute("aria-current", "true");
  expect((await page.locator(".header").boundingBox())!.height).toBeLessThanOrEqual(ONE_LINE_PX);
  await expectAccessible(page);
  // Narrower it is one line below the mark, whose last link can be reached.
  await page.setViewportSize({ width: 768, height: 1024 });
  expect((await page.locator(".header").boundingBox())!.height).toBeLessThanOrEqual(TWO_LINES_PX);
  const last = menu.locator(".nav-row a").last();
  await last.focus();
  const end = (await last.boundingBox())!;
  expect(end.x + end.width).toBeLessThanOrEqual((await more.boundingBox())!.x);
  await page.setViewportSize({ width: 1280, height: 800 });

  await more.click();
  const own = menu.getByRole("link", { name: "Equipo", exact: true });
  await expect(own).toHaveAttribute("aria-current", "page");
  await expectAccessible(page);
  await shot(page, "menu-open");
  // A page that the browser's own router opens folds it again.
  await menu.getByRole("link", { name: "Programas", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Programas");
  await expect(own).toBeHidden();
  await expect(more).toHaveText(/^\s*Más\s*:\s*Programas\s*$/);
  await menu.getByRole("link", { name: "Registro", exact: true }).click();
  await expect(more).toHaveText("Más");

  const silent = await browser.newContext({
    baseURL: huella.origin,
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
    locale: "es-CL",
    storageState: await page.context().storageState(),
  });
  const phone = await silent.newPage();
  await phone.goto("/coordinacion/donde-sigue");
  await phone.locator(".nav-more > summary").click();
  const folded = [
    "Correos", "Teléfonos", "Equipo", "Organizaciones", "Programas", "Importar",
  ];
  for (const name of folded) {
    const box = await phone.locator(".nav-list").getByRole("link", { name }).boundingBox();
    expect(box, name).not.toBeNull();
    expect(box!.x, name).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width, name).toBeLessThanOrEqual(360);
    expect(box!.height, name).toBeGreaterThanOrEqual(40);
  }
  await phone.locator(".nav-list").getByRole("link", { name: "Importar" }).click();
  await expect(phone).toHaveURL(/\/coordinacion\/importar$/);
  await silent.close();
});
