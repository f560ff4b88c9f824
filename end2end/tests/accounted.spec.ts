// What does not fit in a plan is told and put right; who listened to a talk is listed; and a target
// that was passed is asked about when the outreach is closed, and explained from then on.
import type { Page } from "@playwright/test";
import { alive } from "../fixtures/alive.ts";
import { apart } from "../fixtures/apart.ts";
import { ask, fileOf } from "../fixtures/ask.ts";
import { day, hourOf, written } from "../fixtures/day.ts";
import type { Huella } from "../fixtures/huella.ts";
import { inOrder } from "../fixtures/in-order.ts";
import { LONG_PERSON } from "../fixtures/owner.ts";
import { pdfText } from "../fixtures/pdf.ts";
import { press, spell } from "../fixtures/plan.ts";
import { CHIPS, deed, joined, planned, steps } from "../fixtures/planned.ts";
import { registration } from "../fixtures/register.ts";
import { sit } from "../fixtures/seat.ts";
import { COORDINATOR } from "../fixtures/sheet.ts";
import { submit } from "../fixtures/submit.ts";
import { expect, test } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";

test.use({ viewport: { width: 1280, height: 800 } });
test.setTimeout(120_000);
/** Chromium tells of every form that was refused. */
test.beforeEach(({ silence }) => silence.allow(/status of 422/));

const NAME = "Sede Los Ñandúes";
const ELSEWHERE = "Plaza Bicentenario de la Población Ñuñorco, al lado de la cancha";
const VETERINARIAN = "Dra. Antonia Demostración Núñez";
/** What the programme promised, and what is done. */
const [TARGET, DONE] = [1, 2];
const PLACES = 4;
const HOURS_MS = 3_600_000;
const PASSED = "Microchips implantados: la meta está pasada, o lo estará, por 1";
const WHY = "Otra junta de vecinos aportó sus microchips";
const ATTENDANTS = 5;
const LISTENED = [
  `${LONG_PERSON.given} ${LONG_PERSON.surnames}, 12.345.678-5`,
  "José Soto",
  "Inés O’Higgins",
];

/** Two outreaches of one day with one veterinarian, the first of a small programme. */
async function planTwo(page: Page): Promise<{ sheet: string; other: string; programme: string }> {
  const year = day().slice(0, 4);
  const programme = await ask<string>(page, "/api/coordinacion/programas/guardar", {
    form: {
      name: "Microchips de invierno",
      issuer: "",
      starts_on: `${year}-01-01`,
      ends_on: `${year}-12-31`,
      targets: [String(TARGET), "", "", "", ""],
    },
  });
  const [starts, ends] = spell();
  const when = { held_on: day(), starts, ends };
  const sheet = await planned(page, { name: NAME, programme, ...when });
  const other = await planned(page, { name: ELSEWHERE, ...when });
  for (const one of [sheet, other]) await joined(page, one, "veterinarian");
  await deed(page, sheet, "servicio", { ...CHIPS, capacity: String(PLACES) });
  await deed(page, sheet, "datos", { priority: "both", max_people: "1" });
  return { sheet, other, programme };
}

/** The veterinarian's hours at the plan that the page shows. */
async function setHours(page: Page, field: "#starts" | "#ends", at: string) {
  await page.getByRole("link", { name: `Cambiar: ${VETERINARIAN}` }).click();
  await page.locator("#duty").selectOption("chipping");
  await page.locator(field).fill(at);
  await press(page, "Guardar");
  await expect(page.getByRole("status")).toContainText("Quedó guardado.");
}

/** A veterinarian in two places, and more people than are allowed: both are told, and put right. */
async function putRight(page: Page, { sheet, other }: { sheet: string; other: string }) {
  const unfit = page.locator(".notice", { hasText: "Conviene revisar" });
  const inTwo = (where: string) => `${VETERINARIAN} está a la misma hora en ${where}.`;
  const crowd = "A una misma hora puede haber 2 personas, con el equipo, y el aforo es de 1.";
  const target = `Se pasaría la meta de microchips implantados: ${PLACES} de ${TARGET}.`;
  await page.goto(`${sheet}/plan`);
  for (const words of [inTwo(ELSEWHERE), crowd, target, "Nada de esto impide seguir"]) {
    await expect(unfit).toContainText(words);
  }
  await inOrder(page, "plan-unfit");

  // Each plan leads to the other. She is there until noon, so to speak, and here from then on.
  const noon = hourOf(Date.now() + 2 * HOURS_MS);
  const way = unfit.locator("li", { hasText: ELSEWHERE }).getByRole("link", { name: "Ver" });
  await way.click();
  await expect(page).toHaveURL(new RegExp(`${other}/plan$`));
  await expect(unfit).toContainText(inTwo(NAME));
  await setHours(page, "#ends", noon);
  await page.goto(`${sheet}/plan`);
  await expect(unfit, "she is still here all day").toContainText(inTwo(ELSEWHERE));
  await setHours(page, "#starts", noon);
  await expect(unfit).not.toContainText(ELSEWHERE);
  await expect(page.getByRole("row", { name: VETERINARIAN })).toContainText(`${noon} – `);

  await page.goto(`${sheet}/plan/datos`);
  await page.locator("#max_people").fill("0");
  await press(page, "Guardar");
  const fault = "Aforo: escriba un número dentro de lo posible.";
  await expect(page.getByRole("alert")).toContainText(fault);
  await inOrder(page, "plan-people-refused");
  await page.locator("#max_people").fill("40");
  await press(page, "Guardar");
  await expect(unfit).not.toContainText("aforo");
  await expect(unfit, "that is for the coordinator to decide").toContainText(target);
}

/** Who listened to a talk, a line each; there may have been more. */
async function holdTalk(page: Page, sheet: string) {
  await page.goto(sheet);
  await alive(page);
  await expect(page.getByText("Todavía no hay charlas anotadas")).toBeVisible();
  await page.getByText("Anotar una charla", { exact: true }).click();
  await page.locator("#charla-asistentes").fill(String(ATTENDANTS));
  await page.locator("#charla-minutos").fill("45");
  await page.locator("#charla-material").fill("Bolsas y correas");
  const list = page.locator("#charla-lista");
  const wrong = LISTENED.join("\n").replace("678-5", "678-9");
  await list.fill(wrong);
  const form = page.locator("details.act", { has: list });
  await form.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByRole("alert")).toContainText("El dígito verificador no corresponde");
  await expect(list).toHaveAccessibleDescription(/El dígito verificador no corresponde/);
  await expect(list).toHaveValue(wrong);
  await inOrder(page, "talk-refused");
  await list.fill(LISTENED.join("\n"));
  await form.getByRole("button", { name: "Guardar" }).click();
  await expect(page.getByText("La charla quedó anotada.")).toBeVisible();

  const talk = page.getByRole("row", { name: /enencia responsable/ });
  const counted = new RegExp(`^\\s*${ATTENDANTS}\\D`);
  await expect(talk.locator("td[data-align=end]").first()).toHaveText(counted);
  await talk.getByText("Lista de asistentes").click();
  await expect(talk.locator("li")).toHaveText(LISTENED);
  await inOrder(page, "talk-listed");
}

/** So many chips are implanted there, as a phone records them. */
async function serve(page: Page, own: Huella, sheet: string) {
  await sit(page, own, "veterinaria", "/cuenta");
  const outreach = sheet.split("/").at(-1)!;
  for (let number = 1; number <= DONE; number += 1) {
    const pet = { document: run(), address: null, chip: chip(), name: `Luna ${number}` };
    const answer = await submit(page, await registration(page, pet), { outreach });
    expect(answer.outcome).toBe("accepted");
  }
}

/** The target that was passed is told, at the programme too, and asked about. */
async function close(page: Page, own: Huella, sheet: string) {
  await sit(page, own, "coordinacion", `${sheet}/cierre`);
  const passed = page.locator("main li", { hasText: PASSED });
  const also = "El motivo que anote aquí queda también como el de la meta.";
  await expect(passed).toContainText(also);
  await passed.getByRole("link", { name: "Ir a resolverlo" }).click();
  const notice = page.locator(".notice", { hasText: PASSED });
  await expect(notice.getByRole("button", { name: "Anotar el motivo" })).toBeVisible();
  const targets = page.getByRole("table", { name: "Metas" });
  const chips = targets.getByRole("row", { name: "Microchips implantados" });
  const figures = [TARGET, DONE, 0, DONE].map(String);
  await expect(chips.locator("td")).toHaveText(figures);
  await inOrder(page, "programme-passed");

  await page.goto(`${sheet}/cierre`);
  const done = page.getByRole("table", { name: "Lo que se hizo" });
  await done.getByRole("row", { name: "Microchips implantados" }).getByRole("link").click();
  await expect(page).toHaveURL(/\/atenciones\?servicio=implantation$/);
  await expect(page.locator("main tbody tr")).toHaveCount(DONE);

  await page.goto(`${sheet}/cierre`);
  await press(page, "Cerrar");
  await expect(page.getByRole("alert")).toContainText("Falta este dato: motivo.");
  await inOrder(page, "closing-target");
  await page.locator("#reason").fill(WHY);
  await press(page, "Cerrar");
  await expect(page.getByRole("status")).toContainText("Quedó anotado");
  await expect(passed).toHaveCount(0);
}

apart("what does not fit is put right, who listened listed, a passed target explained", async (
  { page, own },
) => {
  await sit(page, own, "coordinacion", "/coordinacion/organizaciones");
  const { sheet, other, programme } = await planTwo(page);
  await putRight(page, { sheet, other });
  await steps(page, sheet, "publish", "begin");
  await holdTalk(page, sheet);
  await serve(page, own, sheet);
  await close(page, own, sheet);

  const act = (await pdfText(await fileOf(page, `${sheet}/acta.pdf`))).join(" ");
  const printed = act.replaceAll(/\s+/g, " ");
  expect(printed).toMatch(/Charlas 1\b/);
  expect(printed).toMatch(new RegExp(`Asistentes a las charlas ${ATTENDANTS}\\b`));
  expect(printed, "an act names nobody who listened").not.toContain("José Soto");

  await page.goto(`/coordinacion/programas/${programme}`);
  const explained = page.locator(".notice", { hasText: PASSED });
  await expect(explained).toContainText(WHY);
  await expect(explained).toContainText(`${COORDINATOR}, ${written(day())}`);
  await expect(page.getByRole("button", { name: "Anotar el motivo" })).toHaveCount(0);
  await inOrder(page, "programme-explained");
});
