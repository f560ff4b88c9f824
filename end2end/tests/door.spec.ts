// At the door of an outreach: who is written into the page of somebody else is not lost.
import { apart } from "../fixtures/apart.ts";
import { opened } from "../fixtures/plan.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test.setTimeout(180_000);

apart("Back, another name, sent again: nobody is told a number that is not theirs", async (
  { page, own, silence },
) => {
  silence.allow(/status of 409/);
  const sheet = await opened(page, own);
  await page.goto(`${sheet}/dia`);
  const walkIn = page.locator("section.card", { hasText: "Llega sin reserva" });
  const ticket = walkIn.locator("input[name=ticket]");
  const give = walkIn.getByRole("button", { name: "Dar número" });
  const used = await ticket.inputValue();
  await walkIn.locator("#given").fill("Héctor");
  await give.click();
  const done = page.getByRole("status");
  await expect(done).toContainText("Número 1");

  await page.goBack();
  await expect(walkIn).toBeVisible();
  // A browser that keeps a page as it was keeps this too.
  await ticket.evaluate((input: HTMLInputElement, used) => {
    input.value = used;
  }, used);
  await walkIn.locator("#given").fill("Inés");
  await give.click();
  const refused = page.getByRole("alert");
  await expect(refused).toContainText("Esta hoja ya se había enviado con otro contenido.");
  await expect(walkIn.locator("#given")).toHaveValue("Inés");
  await expect(page.locator("#tablero")).toContainText("Héctor");
  await expect(page.locator("#tablero")).not.toContainText("Inés");
  await expectAccessible(page);
  await shot(page, "day-sheet-used");
  await give.click();
  await expect(done).toContainText("Número 2");
  await expect(page.locator("#tablero")).toContainText("Inés");
});
