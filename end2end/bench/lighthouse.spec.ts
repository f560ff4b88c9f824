// P3: Lighthouse, as it judges phones: the line and the processor of the goals, simulated.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import lighthouse from "lighthouse";
import { signIn } from "../fixtures/account.ts";
import { freePort } from "../fixtures/ports.ts";
import { register } from "../fixtures/register.ts";
import { expect, test } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";
import { note } from "./figures.ts";

test.use({ data: "demonstration" });

const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const PUBLIC = ["/", "/certificados", "/encontre"];
const STAFF = [["terreno", "/terreno"], ["coordinacion", "/coordinacion"]] as const;

/** What Lighthouse said of a page: points of a hundred, and seconds to the largest paint. */
interface Judged {
  path: string;
  points: Record<(typeof CATEGORIES)[number], number>;
  lcp: number;
}

test("what Lighthouse says of the public pages, the field app and the coordination", async (
  { huella }, info,
) => {
  const folder = await mkdtemp(join(tmpdir(), "huella-lighthouse-"));
  const port = await freePort();
  const { launchOptions, locale } = info.project.use;
  const context = await chromium.launchPersistentContext(folder, {
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), `--remote-debugging-port=${port}`],
    baseURL: huella.origin,
    locale,
  });
  const page = await context.newPage();
  const judge = (path: string, name = path) => judged(huella.origin + path, name, port);

  await signIn(page, huella, "terreno", "/terreno");
  const document = await verification(page);
  await context.clearCookies();
  const open: Judged[] = [];
  for (const path of PUBLIC) open.push(await judge(path));
  open.push(await judge(document, "/V/…"));
  const inside: Judged[] = [];
  for (const [who, path] of STAFF) {
    await context.clearCookies();
    await signIn(page, huella, who, path);
    await page.goto("about:blank");
    inside.push(await judge(path));
  }
  await context.close();
  await rm(folder, { recursive: true, force: true });

  await noteLowest("P3-public", open, "performance");
  await noteLowest("P3-staff", inside, "performance");
  await noteLowest("P3-accessibility", [...open, ...inside], "accessibility");
  await noteLowest("P3-practices", [...open, ...inside], "best-practices");
  const slowest = open.reduce((one, other) => (other.lcp > one.lcp ? other : one));
  await note("P3-lcp", slowest.lcp, slowest.path);
});

async function judged(url: string, path: string, port: number): Promise<Judged> {
  const onlyCategories = [...CATEGORIES];
  const told = await lighthouse(url, { port, logLevel: "error", onlyCategories });
  const { categories, audits, runtimeError, finalDisplayedUrl } = told!.lhr;
  expect(runtimeError, path).toBeUndefined();
  // A page that was left for another, such as the way in, is not the one that was asked for.
  expect(finalDisplayedUrl).toBe(url);
  const points = Object.fromEntries(
    CATEGORIES.map((name) => [name, Math.round((categories[name]?.score ?? Number.NaN) * 100)]),
  ) as Judged["points"];
  return { path, points, lcp: audits["largest-contentful-paint"]!.numericValue! / 1000 };
}

async function noteLowest(id: string, all: Judged[], category: (typeof CATEGORIES)[number]) {
  const lowest = all.reduce((one, other) =>
    other.points[category] < one.points[category] ? other : one);
  await note(id, lowest.points[category], lowest.path);
}

/** The verification page of a document made now. */
async function verification(page: Page): Promise<string> {
  const wanted = { document: run(), address: null, chip: chip(), name: "Luna" };
  const answer = await register(page, wanted);
  const link = answer.documents?.[0]?.link;
  if (!link) throw new Error(`no document: ${JSON.stringify(answer)}`);
  return `/V/${link.split("/V/")[1]}`;
}
