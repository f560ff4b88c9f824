// A phone's day that somebody else has handed in: it waits at the desk, more than a page of it, and
// is recorded at once, also behind what cannot be recorded.
import type { Page } from "@playwright/test";
import { alive } from "../fixtures/alive.ts";
import { apart } from "../fixtures/apart.ts";
import { ask } from "../fixtures/ask.ts";
import { day } from "../fixtures/day.ts";
import { register, registration } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { compose, dose, type Answer } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";

apart.setTimeout(240_000);

const UNRESOLVED = "/coordinacion/por-resolver";
const RECORD = "/api/coordinacion/por-resolver/registrar";
/** Records of the phone, and how many pages they are. */
const ALL = 120;
const PAGES = 3;
/** So many go in one request: a batch has a quarter of a megabyte. */
const TOGETHER = 40;
/** Most that one press records, and what is behind it. */
const [ONE_PRESS, BEHIND] = [250, 2];

const visit = (name: string, number: string) => ({
  document: run(), address: null, chip: number, name,
});

/**
 * Sends the records of a phone, each with its commands, as somebody who has not made them: all
 * wait. Answers which phone it is.
 */
async function handedIn(page: Page, records: object[][]): Promise<string> {
  const first = await compose(page, [], { actor: crypto.randomUUID() });
  const all = records.map((commands, at) => {
    const own = { id: crypto.randomUUID(), visit: crypto.randomUUID(), sequence: at + 1 };
    return { ...first, ...own, commands };
  });
  for (let from = 0; from < all.length; from += TOGETHER) {
    const submissions = all.slice(from, from + TOGETHER);
    const batch = { device: first.device, submissions };
    const reply = await ask<{ answers: Answer[] }>(page, "/api/v1/submissions", batch);
    const outcomes = reply.answers.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(Array<string>(submissions.length).fill("quarantined"));
  }
  return first.device;
}

/** The visits of a day; the last but one names a chip that an animal has. */
async function visitsOf(page: Page, taken: string): Promise<object[][]> {
  const visits: object[][] = [];
  for (let at = 1; at <= ALL; at += 1) {
    const number = at === ALL - 1 ? taken : chip();
    visits.push(await registration(page, visit(`Nevada ${at}`, number)));
  }
  return visits;
}

/** Narrows the list to a phone. */
async function narrow(page: Page, device: string) {
  await page.locator("#telefono").selectOption(device);
  await page.getByRole("button", { name: "Filtrar" }).click();
  await page.waitForURL((url) => url.searchParams.get("telefono") === device);
}

apart("what a phone has in quarantine is paged through, and recorded at once", async (
  { page, own, browser },
) => {
  await seat(page, own, "terreno", "/terreno");
  const taken = chip();
  expect((await register(page, visit("Primera", taken))).outcome).toBe("accepted");
  const device = await handedIn(page, await visitsOf(page, taken));
  await seat(page, own, "coordinacion", UNRESOLVED);

  // Without a script every record is on some page.
  const context = await browser.newContext({ baseURL: own.origin, javaScriptEnabled: false });
  await context.addCookies(await page.context().cookies());
  const silent = await context.newPage();
  await silent.goto(UNRESOLVED);
  await narrow(silent, device);
  const seen = new Set<string>();
  for (let at = 1; at <= PAGES; at += 1) {
    await expect(silent.locator(".pager")).toContainText(`Página ${at} de ${PAGES}`);
    for (const text of await silent.locator("main li.card").allTextContents()) {
      seen.add(/Animal: (Nevada \d+)/.exec(text)![1]!);
    }
    if (at < PAGES) await silent.getByRole("link", { name: "Siguiente" }).click();
  }
  expect(seen.size).toBe(ALL);
  await context.close();

  await narrow(page, device);
  await alive(page);
  const cards = page.locator("main li.card");
  await expect(cards.first()).toContainText("Animal: Nevada 1,");
  await expect(page.getByRole("link", { name: `Esperan a coordinación (${ALL})` })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "desk-unresolved-phone");
  const all = page.getByRole("button", { name: `Registrar los ${ALL} retenidos` });
  const [request] = await Promise.all([page.waitForRequest(`**${RECORD}`), all.click()]);
  const told = page.getByRole("alert").filter({ hasText: `${ALL - 1} registros quedaron` });
  await expect(told).toContainText("1 no se pudo registrar", { timeout: 60_000 });
  await expect(cards).toHaveCount(1);
  await expect(cards).toContainText(`Animal: Nevada ${ALL - 1},`);
  await expect(cards).toContainText("No se registró: Este microchip ya está registrado");
  await expect(page.locator(".pager")).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "desk-unresolved-left");
  // Sent again it is the same act.
  const again = await ask<{ recorded: number }>(page, RECORD, request.postDataJSON() as object);
  expect(again.recorded).toBe(ALL - 1);

  // The phone's sheet leads to what is left of it, and it goes as any other.
  await page.goto(`/coordinacion/telefonos/${device}`);
  await page.getByRole("link", { name: "Ver lo que envió y está por resolver" }).click();
  await expect(cards).toHaveCount(1);
  await alive(page);
  await cards.getByLabel("Microchip correcto").fill(chip());
  await cards.getByRole("button", { name: "Registrar", exact: true }).click();
  await expect(page.getByText("Nada por resolver")).toBeVisible();
});

apart("what cannot be recorded stays at the head, and the next press goes on behind it", async (
  { page, own },
) => {
  await seat(page, own, "terreno", "/terreno");
  // Doses of an animal that nobody has registered, and behind them owners, who can be recorded.
  const lot = { kind: "internal", product: "Drontal", lot: "L-77", expires_on: day(400) };
  const nobodys = [dose(crypto.randomUUID(), lot)];
  const owners: object[][] = [];
  for (let at = 1; at <= BEHIND; at += 1) {
    const commands = await registration(page, visit("Nevada", chip()));
    owners.push(commands.slice(0, 1));
  }
  const head = Array<object[]>(ONE_PRESS).fill(nobodys);
  const device = await handedIn(page, [...head, ...owners]);

  await seat(page, own, "coordinacion", UNRESOLVED);
  await narrow(page, device);
  await alive(page);
  const cards = page.locator("main li.card");
  const button = (name: string) => page.getByRole("button", { name });
  const told = (count: number) =>
    page.getByRole("alert").filter({ hasText: `${count} registros quedaron` });
  const left = `${ONE_PRESS} no se pudieron registrar`;
  await button(`Registrar los ${ONE_PRESS} retenidos`).click();
  await expect(told(0)).toContainText(left, { timeout: 60_000 });
  await expect(cards.first()).toContainText("No se registró:");
  const goOn = button(`Seguir con los ${BEHIND} retenidos después de esos`);
  await expect(goOn).toBeVisible();
  await expectAccessible(page);
  await shot(page, "desk-unresolved-behind");

  await goOn.click();
  await expect(told(BEHIND)).toContainText(left, { timeout: 60_000 });
  await expect(goOn).toHaveCount(0);
  const waiting = page.getByRole("link", { name: `Esperan a coordinación (${ONE_PRESS})` });
  await expect(waiting).toBeVisible();
  await expect(cards.first(), "the reason of the first press").toContainText("No se registró:");
});
