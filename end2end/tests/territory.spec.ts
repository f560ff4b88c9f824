// The territory at the desk: a file of units, where next with its map, a draft, the calendar.
import type { Locator, Page } from "@playwright/test";
import { apart } from "../fixtures/apart.ts";
import { sit } from "../fixtures/seat.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test.setTimeout(180_000);
/** Chromium tells of every form that was refused. */
test.beforeEach(({ silence }) => silence.allow(/status of 422/));

const WHERE_NEXT = "/coordinacion/donde-sigue";
const UNITS = [
  "uv;nombre;hogares;perros y gatos;latitud;longitud",
  "54;Bonilla;1200;2000;-23,59;-70,39",
  "7;Centro;800;400;-23,65;-70,40",
  "x;Sin número;1;1;;",
].join("\n");

/** Pastes the units, looks at what becomes of them, and takes them in. */
async function takeUnits(page: Page) {
  await page.goto("/coordinacion/unidades/importar");
  await page.getByLabel("O pegue aquí las filas").fill(UNITS);
  await page.getByLabel("Comuna").selectOption({ label: "Antofagasta" });
  await page.getByLabel("Fuente").fill("Municipalidad");
  await page.getByLabel("Año").fill("2025");
  await page.getByRole("button", { name: "Revisar" }).click();
  await expect(page.locator("main")).toContainText("1 fila que no se puede tomar");
}

apart("units are taken in, ranked and one becomes a draft", async ({ page, own }) => {
  await sit(page, own, "coordinacion", WHERE_NEXT);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Dónde sigue");
  await takeUnits(page);
  await expectAccessible(page);
  await shot(page, "units-review");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("status")).toContainText("Quedaron guardadas 2 filas");
  await expectAccessible(page);
  await shot(page, "units");

  await page.getByRole("link", { name: "Dónde sigue" }).first().click();
  const bonilla = page.locator("tbody tr", { hasText: "Bonilla" });
  await expect(bonilla).toContainText("2.000 animales");
  // The map comes by its script, and its shapes are reached and opened by the keyboard.
  const map = page.getByRole("region", { name: "Mapa de las unidades" });
  await expect(map).toBeVisible();
  const shape = map.getByRole("button", { name: /Bonilla/ });
  await shape.focus();
  await page.keyboard.press("Enter");
  await expect(map.getByRole("link", { name: /Bonilla/ })).toBeVisible();
  await expectDressed(page, map);
  await page.keyboard.press("Escape");
  await expectAccessible(page);
  await shot(page, "where-next");

  await page.getByLabel("Cercanía").fill("mucho");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("alert")).toContainText("Escriba solo números");
  await expect(page.getByLabel("Cercanía")).toHaveValue("mucho");
  await page.getByLabel("Cercanía").fill("15");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");

  await bonilla.getByRole("button", { name: "Planificar aquí" }).click();
  await expect(page).toHaveURL(/\/coordinacion\/operativos\/[^/]+\/cambiar$/);
});

/** What lies over the map has the surface of the page, light and dark, and is large enough. */
async function expectDressed(page: Page, map: Locator) {
  const surface = (part: Locator) => part.evaluate((it) => getComputedStyle(it).backgroundColor);
  const over = ["control-zoom-in", "control-zoom-out", "control-attribution"];
  const parts = [...over, "popup-content-wrapper"].map((name) => map.locator(`.leaflet-${name}`));
  const papers = new Set<string>();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const paper = await page.evaluate(() => {
      const sheet = document.createElement("div");
      sheet.style.backgroundColor = "var(--paper)";
      document.body.append(sheet);
      const { backgroundColor } = getComputedStyle(sheet);
      sheet.remove();
      return backgroundColor;
    });
    papers.add(paper);
    // Some go over by and by.
    for (const part of parts) await expect.poll(() => surface(part)).toBe(paper);
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: null });
  expect(papers.size).toBe(2);
  for (const name of ["Acercar", "Alejar", "Cerrar"]) {
    const { width, height } = (await map.getByRole("button", { name }).boundingBox())!;
    expect(Math.min(width, height), name).toBeGreaterThanOrEqual(48);
  }
}

apart("a unit is put right, emptied and taken out", async ({ page, own }) => {
  await sit(page, own, "coordinacion", "/coordinacion/unidades");
  await takeUnits(page);
  await page.getByRole("button", { name: "Guardar" }).click();
  const name = "Antofagasta, unidad vecinal 54";
  await page.getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expectAccessible(page);
  await shot(page, "unit");
  await page.getByLabel("Perros y gatos").fill("muchos");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("alert")).toContainText("Perros y gatos: Escriba solo números");
  await expect(page.getByLabel("Perros y gatos")).toHaveValue("muchos");
  await expectAccessible(page);
  await page.getByLabel("Perros y gatos").fill("2.150");
  await page.getByLabel("Hogares").fill("");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");
  const bonilla = page.locator("tbody tr", { hasText: "Bonilla" });
  await expect(bonilla).toContainText("2.150");
  await expect(bonilla).not.toContainText("1.200");

  // With an outreach it stays; the other goes.
  const ours = { "sec-fetch-site": "same-origin" };
  const draft = { headers: ours, maxRedirects: 0 };
  const made = await page.request.post(`${WHERE_NEXT}/02101-54`, draft);
  expect(made.status()).toBe(303);
  await page.goto("/coordinacion/unidades/02101-54");
  await expect(page.locator("main")).toContainText("No se puede sacar: 1 operativo");
  await expect(page.getByRole("button", { name: "Sacar" })).toHaveCount(0);
  await page.goto("/coordinacion/unidades/02101-7");
  await page.getByRole("button", { name: "Sacar" }).click();
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");
  await expect(page.locator("tbody tr", { hasText: "Centro" })).toHaveCount(0);
});

apart("a whole commune has figures of its own", async ({ page, own }) => {
  await sit(page, own, "coordinacion", "/coordinacion/unidades/importar");
  const rows = ["comuna;uv;hogares;mascotas", "02104;;1000;1400", "02104;77;500;"];
  await page.getByLabel("O pegue aquí las filas").fill(rows.join("\n"));
  await page.getByLabel("Fuente").fill("Censo");
  await page.getByLabel("Año").fill("2024");
  await page.getByRole("button", { name: "Revisar" }).click();
  await expect(page.locator("main")).toContainText("Se agrega como cifra de toda la comuna.");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("status")).toContainText("Quedaron guardadas 2 filas");
  await page.goto(WHERE_NEXT);
  await expect(page.locator("#uv-02104-77")).toContainText("700 animales según sus hogares");
  await page.goto("/coordinacion/unidades");
  await expectAccessible(page);
  await shot(page, "units-communes");
  await page.getByRole("link", { name: "Taltal", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Taltal, toda la comuna");
  await page.getByLabel("Perros y gatos").fill("2800");
  await page.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");
  await page.goto(WHERE_NEXT);
  await expect(page.locator("#uv-02104-77")).toContainText("1.400 animales según sus hogares");
});

apart("without a script the list is the page", async ({ page, own, browser }) => {
  await sit(page, own, "coordinacion", "/cuenta");
  const context = await browser.newContext({ baseURL: own.origin, javaScriptEnabled: false });
  await context.addCookies(await page.context().cookies());
  const plain = await context.newPage();
  await takeUnits(plain);
  await plain.getByRole("button", { name: "Guardar" }).click();
  await plain.goto(WHERE_NEXT);
  await expect(plain.locator("tbody tr", { hasText: "Bonilla" })).toBeVisible();
  await expect(plain.locator("[data-map]")).toBeHidden();
  await plain.goto("/coordinacion/organizaciones/nueva");
  await plain.getByLabel("Nombre", { exact: true }).first().fill("Junta de vecinos 54");
  await plain.getByRole("button", { name: "Guardar" }).click();
  await expect(plain.getByRole("alert")).toBeVisible();
  await expect(plain.getByLabel("Nombre", { exact: true }).first()).toHaveValue("Junta de vecinos 54");
  await context.close();
});

apart("the calendar is a sheet and an agenda", async ({ page, own }) => {
  await sit(page, own, "auditoria", "/coordinacion/calendario");
  const today = page.locator("td[aria-current=date]");
  await expect(today.getByRole("link", { name: /Operativo de hoy/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "calendar");
  await page.getByRole("link", { name: "Agenda" }).click();
  await expect(page.locator(".agenda")).toContainText("Operativo de hoy");
  await expectAccessible(page);
  await shot(page, "agenda");
  const feed = await page.request.get("/operativos.ics");
  expect(await feed.text()).toContain("SUMMARY:");
});
