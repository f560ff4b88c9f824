// An outreach is planned, announced and lived by somebody who has no pointer.
import { alive } from "../fixtures/alive.ts";
import { apart } from "../fixtures/apart.ts";
import { Keys } from "../fixtures/keys.ts";
import { seat } from "../fixtures/seat.ts";
import { expect } from "../fixtures/test.ts";

apart.use({
  viewport: { width: 1280, height: 800 }, isMobile: false, hasTouch: false, deviceScaleFactor: 1,
});

const NAME = "Operativo de teclado, Ñuñorco";

apart("an outreach is planned, announced and lived by the keyboard alone", async (
  { page, own },
) => {
  await seat(page, own, "coordinacion", "/coordinacion/operativos");
  const keys = new Keys(page);
  const title = page.getByRole("heading", { level: 1 });
  const said = page.getByRole("status");
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  // What is folded in the menu, and back to what is not.
  const menu = page.getByRole("navigation", { name: "Navegación principal" });
  const more = menu.locator("summary");
  await keys.press(more);
  await keys.press(menu.getByRole("link", { name: "Organizaciones", exact: true }));
  await expect(title).toHaveText("Organizaciones");
  await expect(more).toHaveText(/^\s*Más\s*:\s*Organizaciones\s*$/);
  await keys.press(menu.getByRole("link", { name: "Operativos", exact: true }));
  await expect(page).toHaveURL(/\/coordinacion\/operativos$/);
  await alive(page);

  await keys.press(link("Nuevo operativo"));
  await expect(title).toHaveText("Nuevo operativo");
  await keys.type(page.locator("#nombre"), NAME);
  await keys.choose(page.locator("#estado"), "draft");
  await keys.type(page.locator("#lugar"), "Sede vecinal, Los Copihues 55");
  await keys.press(button("Guardar"));
  await expect(title).toHaveText(NAME);
  await expect(page).toHaveURL(/\/coordinacion\/operativos\/[0-9a-f-]{36}$/);
  const sheet = new URL(page.url()).pathname;

  await keys.press(page.locator("main").getByRole("link", { name: "Plan", exact: true }));
  await expect(title).toHaveText(`Plan de ${NAME}`);
  await keys.press(button("Publicar"));
  await expect(said).toContainText("Quedó guardado.");
  await keys.press(page.getByRole("link", { name: /^Agregar microchip/ }));
  await keys.type(page.locator("#capacity"), "3");
  await keys.type(page.locator("#minutes"), "10");
  await keys.press(button("Guardar"));
  await expect(said).toContainText("Quedó guardado.");
  await keys.press(button("Comenzar la jornada"));
  await expect(page.locator("main")).toContainText("en curso");
  await expect(page).toHaveURL((url) => url.pathname.startsWith(`${sheet}/plan`));

  await keys.press(link("Volver"));
  await expect(page).toHaveURL((url) => url.pathname === sheet);
  await alive(page);
  await keys.press(link("Ver el día"));
  await expect(page.locator("#tablero")).toContainText("Nadie espera");
  const walkIn = page.locator("section.card", { hasText: "Llega sin reserva" });
  await keys.type(walkIn.locator("#given"), "Héctor");
  await keys.press(walkIn.getByRole("button", { name: "Dar número" }));
  await expect(said).toContainText("Número 1");
  await keys.press(button("Llamar al siguiente de Microchip"));
  await expect(said).toContainText("Se llama al número 1");
  await keys.press(button("Número 1: atendido"));
  await expect(said).toContainText("Quedó anotado como atendido");
  expect(await keys.toTheEnd()).toBeGreaterThan(10);
});
