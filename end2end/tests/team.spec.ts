// The team: an account changes its role, and who is to sign is asked for the RUN.
import { alive } from "../fixtures/alive.ts";
import { invite } from "../fixtures/coordinator.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { seat } from "../fixtures/seat.ts";

test.use({ data: "demonstration" });

test("who becomes a veterinarian is asked for the RUN", async ({ page, huella, silence }) => {
  // A RUN that is none is refused.
  silence.allow(/status of 422/);
  await seat(page, huella, "administracion", "/coordinacion/equipo");
  await invite(page, "marta@example.cl.invalid", "Marta Soto");
  await page.reload();
  await alive(page);
  const row = page.getByRole("row", { name: /Marta Soto/ });
  const role = row.getByRole("combobox");
  await role.selectOption("veterinarian");
  const dialog = page.getByRole("dialog", { name: "RUN de quien firma" });
  await expect(dialog).toContainText("Marta Soto firmará certificados");
  await expectAccessible(page);
  await shot(page, "team-run");
  await dialog.getByLabel("RUN").fill("12.345.678-9");
  await dialog.getByRole("button", { name: "Guardar y cambiar el rol" }).click();
  await expect(dialog.getByRole("alert")).toContainText("RUN");
  await expect(dialog.getByLabel("RUN"))
    .toHaveAccessibleDescription(/El dígito verificador no corresponde/);
  await expectAccessible(page);
  await shot(page, "team-run-wrong");
  // Who closes it leaves the role as it was.
  await dialog.getByRole("button", { name: "Cerrar" }).click();
  await expect(role).toHaveValue("operative");
  await role.selectOption("veterinarian");
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await dialog.getByLabel("RUN").fill("12.345.678-5");
  await dialog.getByRole("button", { name: "Guardar y cambiar el rol" }).click();
  await expect(page.getByText("Rol cambiado. La persona debe ingresar de nuevo.")).toBeVisible();
  await expect(role).toHaveValue("veterinarian");
});
