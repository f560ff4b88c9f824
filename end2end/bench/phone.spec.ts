// P4, P5 and P7: the field app on a phone that holds a great deal and has a PIN, without a server
// and over a slow line.
import type { Page } from "@playwright/test";
import { another, crowdChip, fill, person } from "../fixtures/crowd.ts";
import { Installed } from "../fixtures/installed.ts";
import { choose, PIN, pinField } from "../fixtures/pin.ts";
import { prepare } from "../fixtures/prepared.ts";
import { online } from "../fixtures/signal.ts";
import { heldRecords, hold, summary, type Held } from "../fixtures/store.ts";
import { expect, test } from "../fixtures/test.ts";
import {
  begin, beginAlone, chip, firstDoses, keep, keepShell, newAnimal, newOwner, newVisit, readChip,
  run, Thumb,
} from "../fixtures/visit.ts";
import { asOnAPhone, asOnTheLine, LINE, note, p95 } from "./figures.ts";

test.use({ data: "demonstration" });
test.setTimeout(1_200_000);

/** With three animals each: some twenty thousand. */
const OWNERS = 6_700;
const FROM = 41_000_000;
/** Records that wait on the phone, each with its sealed copy; so many are written at once. */
const RECORDS = 10_000;
const WRITTEN = 500;
const STARTS = 5;
const LOOK_UPS = 60;
/** Visits of one phone that come home at once. */
const VISITS = 500;
/** People who are only in records. */
const OTHERS = 44_000_000;
/** How long a phone that holds so much may take for what is measured. */
const PATIENCE_MS = 120_000;
/** How long the search waits for the next key (`PAUSE_MS` in the field app's find.rs). */
const PAUSE_MS = 250;

/** What the page itself notes, in milliseconds of its own clock; 0 until it has happened. */
interface Measured {
  /** The PIN is asked for. */
  started: number;
  looked: number;
  found: number;
  /** What the card says that is looked for. */
  wanted: string;
  /** Types words into the search, as at once as a reader does. */
  type: (words: string, wanted: string) => void;
}

test("starting and finding without a server", async ({ huella }, info) => {
  const phone = await Installed.make(info, huella.origin);
  const page = await phone.open();
  await begin(page, huella, "terreno");
  await fill(page, OWNERS, FROM);
  await prepare(page, 240_000);
  await keepShell(page);
  await choose(page, PIN);
  await huella.stop();
  await holdMany(page);
  await phone.close();

  const [starts, searches]: [number[], number[]] = [[], []];
  const start = async () => {
    await phone.close();
    const opened = await phone.open();
    await asOnAPhone(opened);
    await watch(opened);
    await opened.goto("/terreno");
    await pinField(opened).waitFor({ timeout: PATIENCE_MS });
    return opened;
  };
  const [animals, records] = [OWNERS * 3, RECORDS].map((count) => count.toLocaleString("en"));
  const held = `${animals} animals and ${records} records held`;
  // The app has not written these itself: as on the day when it is new on a phone that holds many,
  // it sums them up while somebody works, and has them so from its next start on.
  let open = await start();
  await note("P4-anew", await firstSearch(open, STARTS) / 1000, held);
  await expect.poll(() => summary(open), { timeout: PATIENCE_MS }).not.toBe("");
  for (let turn = 0; turn < STARTS; turn += 1) {
    open = await start();
    starts.push(await open.evaluate(() => (globalThis as unknown as Measured).started));
    searches.push(await firstSearch(open, turn));
  }
  await note("P4-start", p95(starts) / 1000, held);
  await note("P4-search", p95(searches) / 1000, held);

  const times: number[] = [];
  for (let turn = 0; turn < LOOK_UPS; turn += 1) {
    const number = (turn * 101 + 17) % OWNERS;
    const { document, name } = person(number, FROM);
    const words = [crowdChip(number, turn % 3), document, `${name.given} ${name.surnames}`];
    times.push(await lookedUp(open, words[turn % 3]!, document));
  }
  await note("P5", p95(times), held);
  await phone.end();
  await huella.serve();
});

test("a day's visits go home over a slow line", async ({ page, huella, silence }) => {
  await beginAlone(page, huella, silence);
  await visited(page);
  const [first] = await heldRecords(page);
  const copies = Array.from({ length: VISITS - 1 }, (_, at) => another(first!, at + 1, OTHERS));
  await hold(page, copies, first!.head.sequence + VISITS);
  await page.goto("/terreno/registros");
  await expect(page.getByRole("button", { name: /^Ver \d+ registros más$/ })).toBeVisible();

  await huella.serve();
  await asOnAPhone(page);
  await asOnTheLine(page);
  let up = 0;
  page.on("requestfinished", async (request) => {
    if (!request.url().endsWith("/api/v1/submissions")) return;
    const { requestBodySize, requestHeadersSize } = await request.sizes();
    up += requestBodySize + requestHeadersSize;
  });
  const received = page.evaluate((visits) => new Promise<number>((done) => {
    const begun = performance.now();
    const look = new MutationObserver(() => {
      const words = document.querySelector(".notice-title")?.textContent ?? "";
      if (!words.startsWith(`${visits} recibidos, ninguno pendiente`)) return;
      look.disconnect();
      // One that went by itself just before is counted too.
      const sent = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
      const own = sent.filter((one) => one.name.endsWith("/submissions") && one.responseStatus > 0);
      done(performance.now() - Math.min(begun, ...own.map((one) => one.startTime)));
    });
    look.observe(document.body, { childList: true, subtree: true, characterData: true });
  }), VISITS);
  const [took] = await Promise.all([received, online(page)]);
  await expect.poll(() => up).toBeGreaterThan(0);
  const line = up / LINE.up + LINE.latency / 1000;
  await note("P7-seconds", took / 1000, "limit: the line alone", line);
  await note("P7-kilobytes", up / 1000);
});

/** A visit of somebody new, kept on the phone. */
async function visited(page: Page) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, run(), { typed: "", meant: "" });
  await newAnimal(thumb, "Cholo");
  await readChip(thumb, chip());
  await firstDoses(page);
  await keep(thumb);
}

/**
 * Records that wait, as many as the goal names. All but the first have its copy in the place of
 * their own: nothing is sent here, and it weighs as much.
 */
async function holdMany(page: Page) {
  await visited(page);
  const first = async () => (await heldRecords(page))[0] as (Held & { copy: string }) | undefined;
  await expect.poll(async () => (await first())?.copy ?? "", { timeout: PATIENCE_MS }).not.toBe("");
  const one = (await first())!;
  for (let from = 1; from < RECORDS; from += WRITTEN) {
    const count = Math.min(WRITTEN, RECORDS - from);
    const copies = Array.from({ length: count }, (_, at) => another(one, from + at, OTHERS));
    await hold(page, copies, one.head.sequence + from + count);
  }
}

/** From here on the page itself notes when it can be used and when it has found what was wanted. */
async function watch(page: Page) {
  await page.addInitScript((pause) => {
    const noted = globalThis as unknown as Measured;
    const type = (words: string, wanted: string) => {
      const input = document.querySelector<HTMLInputElement>("main input")!;
      Object.assign(noted, { looked: 0, found: 0, wanted });
      input.value = words;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    Object.assign(noted, { started: 0, looked: 0, found: 0, wanted: "", type });
    const later = window.setTimeout.bind(window);
    Object.assign(window, {
      setTimeout: (act: () => void, ms?: number) =>
        later(() => {
          // The search waits until the typing has paused, and begins then.
          if (ms === pause) noted.looked = performance.now();
          act();
        }, ms),
    });
    const look = () => {
      if (!noted.started && document.querySelector("#pin")) noted.started = performance.now();
      const cards = [...document.querySelectorAll(".owner-card")];
      const isThere = cards.some((card) => card.textContent?.includes(noted.wanted));
      if (noted.wanted && !noted.found && isThere) noted.found = performance.now();
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  }, PAUSE_MS);
}

/**
 * From the tap that gives the PIN until the first search is answered, without the pause: through
 * the start page to a new visit, or to the one in which was searched before.
 */
async function firstSearch(page: Page, turn: number): Promise<number> {
  const known = person(turn * 31, FROM).document;
  await pinField(page).fill(PIN);
  const tapped = await page.evaluate(async ([words, wanted]) => {
    const buttons = [...document.querySelectorAll<HTMLElement>("main button")];
    const begun = performance.now();
    buttons.find((button) => button.textContent?.includes("Abrir"))!.click();
    const way = () => document.querySelector<HTMLElement>('main a[href*="/terreno/visita"]');
    while (!way()) await new Promise(requestAnimationFrame);
    way()!.click();
    while (document.activeElement?.id !== "buscar") await new Promise(requestAnimationFrame);
    const noted = globalThis as unknown as Measured;
    noted.type(words, wanted);
    // Before the cards can be read nothing is found: who sees that types again, and has waited.
    const again = setInterval(() => {
      if (noted.found) clearInterval(again);
      else noted.type(words, wanted);
    }, 1_000);
    return begun;
  }, [known, dotted(known)] as const);
  return (await answered(page)).found - tapped - PAUSE_MS;
}

/** How long the look-up took, once it had begun. */
async function lookedUp(page: Page, words: string, document: string): Promise<number> {
  await page.evaluate(
    ([words, wanted]) => (globalThis as unknown as Measured).type(words, wanted),
    [words, dotted(document)] as const,
  );
  const { found, looked } = await answered(page);
  return found - looked;
}

async function answered(page: Page): Promise<{ looked: number; found: number }> {
  const noted = () => page.evaluate(() => {
    const { looked, found } = globalThis as unknown as Measured;
    return { looked, found };
  });
  const often = { intervals: [20], timeout: PATIENCE_MS };
  await expect.poll(async () => (await noted()).found, often).toBeGreaterThan(0);
  return noted();
}

/** A RUN as a card shows it. */
const dotted = (document: string) => document.replace(/(\d)(?=(\d{3})+-)/g, "$1.");
