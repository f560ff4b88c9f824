// P3: what Lighthouse says of the public pages, the field app and the coordination.
import { signIn } from "../fixtures/account.ts";
import type { Huella } from "../fixtures/huella.ts";
import { expect, test } from "../fixtures/test.ts";
import { booked } from "./booked.ts";
import { verification } from "./document.ts";
import { note } from "./figures.ts";
import { Judge, type Judged } from "./judge.ts";

test.use({ data: "demonstration" });
test.setTimeout(1_200_000);

const PUBLIC = ["/", "/certificados", "/cuenta-publica", "/operativos"];
/** What is ready for the RNM: the longest list, of which a page shows so many. */
const LIST = "/coordinacion/rnm";
const LISTED = 50;

test("what Lighthouse says of a phone's pages", async ({ page, huella }, info) => {
  await signIn(page, huella, "terreno", "/terreno");
  const document = await verification(page);
  const outreach = await booked(page, huella, "Feria de los faros");
  await page.close();

  const judge = await Judge.begin(info);
  try {
    const open: Judged[] = [];
    for (const path of PUBLIC) open.push(await judge.judge(huella.origin, path));
    open.push(await judge.judge(huella.origin, document, "/V/…"));
    for (const { path, name } of outreach.open) {
      open.push(await judge.judge(huella.origin, path, name));
    }
    await lowest("P3-public-performance", open);
    const slowest = open.reduce((one, other) => (other.lcp > one.lcp ? other : one));
    await note("P3-public-lcp", slowest.lcp, slowest.name);

    const field = [await fieldStart(judge, huella)];
    await lowest("P3-field-performance", field);
    const office = await coordination(judge, huella, outreach.sheet);
    await lowest("P3-coordination-performance", office);

    const all = [...open, ...field, ...office];
    await faultless("P3-accessibility", all, "accessibility");
    await faultless("P3-best-practices", all, "best-practices");
  } finally {
    await judge.end();
  }
});

/** The start of the day at an outreach that was chosen before. */
async function fieldStart(judge: Judge, huella: Huella): Promise<Judged> {
  await judge.prepare(async (page) => {
    await signIn(page, huella, "terreno", "/terreno");
    await page.getByRole("button", { name: /Hoy/ }).first().click();
    const begin = page.getByRole("link", { name: "Nueva atención" });
    await begin.waitFor();
    // What was chosen is kept: opened again, the app shows the same, and so it does to Lighthouse.
    await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
    await page.reload();
    await begin.waitFor();
  });
  return judge.judge(huella.origin, "/terreno");
}

/** The desk's first page, its longest list, and the plan and the day of an outreach. */
async function coordination(judge: Judge, huella: Huella, sheet: string): Promise<Judged[]> {
  await judge.prepare(async (page) => {
    await signIn(page, huella, "coordinacion", LIST);
    await expect(page.locator("tbody tr")).toHaveCount(LISTED);
  });
  return [
    await judge.judge(huella.origin, "/coordinacion"),
    await judge.judge(huella.origin, LIST),
    await judge.judge(huella.origin, `${sheet}/plan`, "/coordinacion/operativos/{id}/plan"),
    await judge.judge(huella.origin, `${sheet}/dia`, "/coordinacion/operativos/{id}/dia"),
  ];
}

/** Notes the performance of the page that has least of it. */
async function lowest(id: string, pages: Judged[]) {
  const { points, lcp, speed, name } = pages.reduce((one, other) =>
    other.points.performance < one.points.performance ? other : one);
  const told = `largest paint after ${lcp.toFixed(2)} s, machine's index ${speed.toFixed(0)}`;
  await note(id, points.performance, `${name}, ${told}`);
}

/** Notes the fewest points, and of every page without all of them what is to be mended. */
async function faultless(
  id: string, pages: Judged[], category: "accessibility" | "best-practices",
) {
  const faulty = pages.filter((page) => page.points[category] < 100);
  const told = faulty.map(
    (page) => `${page.name} ${page.points[category]} (${page.faults[category].join(", ")})`,
  );
  const fewest = Math.min(...pages.map((page) => page.points[category]));
  await note(id, fewest, told.join("; ") || `${pages.length} pages`);
}
