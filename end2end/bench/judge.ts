// Lighthouse, as it judges phones: its own slow line and slow processor, simulated.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page, type TestInfo } from "@playwright/test";
import { Child } from "../fixtures/child.ts";
import { answering, freePort } from "../fixtures/ports.ts";

const LIGHTHOUSE = "../lighthouse/node_modules/lighthouse/core/index.js";
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
/** How often each page is judged. */
const RUNS = 3;
/** How long a step that prepares the browser may take. */
const PATIENCE_MS = 30_000;

export type Category = (typeof CATEGORIES)[number];

/** What Lighthouse said of a page. */
export interface Judged {
  /** The page as figures name it. */
  name: string;
  /** Of a hundred: the median of performance, and the fewest of the others. */
  points: Record<Category, number>;
  /** Seconds until the largest paint: the median. */
  lcp: number;
  /** How fast Lighthouse found this machine: the median, a common desktop has 1,500. */
  speed: number;
  /** What was found wrong with it, where a page should have all points. */
  faults: Record<Exclude<Category, "performance">, string[]>;
}

/** The part of Lighthouse's report that is read here. */
interface Report {
  finalDisplayedUrl: string;
  environment: { benchmarkIndex: number };
  runtimeError?: { code: string; message: string };
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, Audit>;
}

interface Audit {
  score: number | null;
  numericValue?: number;
  details?: { items?: { node?: { selector?: string }; description?: unknown }[] };
}

type Lighthouse = (url: string, flags: object) => Promise<{ lhr: Report } | undefined>;

/**
 * A browser of its own, with a new profile. While it is judged nothing but Lighthouse is connected
 * to it, since whoever looks on slows a page down.
 */
export class Judge {
  readonly #folder: string;
  readonly #child: Child;
  readonly #port: number;
  readonly #lighthouse: Lighthouse;

  private constructor(folder: string, child: Child, port: number, lighthouse: Lighthouse) {
    this.#folder = folder;
    this.#child = child;
    this.#port = port;
    this.#lighthouse = lighthouse;
  }

  /** Starts the browser of the project that asks for it. */
  static async begin(info: TestInfo): Promise<Judge> {
    const lighthouse = await installed();
    const { launchOptions } = info.project.use;
    const program = launchOptions?.executablePath;
    if (!program) throw new Error("the configuration names no browser");
    const [folder, port] = [await mkdtemp(join(tmpdir(), "huella-judge-")), await freePort()];
    const words = [
      ...(launchOptions?.args ?? []),
      "--headless",
      "--accept-lang=es-CL,es",
      "--disable-background-timer-throttling",
      "--disable-default-apps",
      "--disable-extensions",
      "--disable-renderer-backgrounding",
      "--password-store=basic",
      `--remote-debugging-port=${port}`,
      `--user-data-dir=${folder}`,
      "about:blank",
    ];
    const child = new Child(program, words, process.env);
    const judge = new Judge(folder, child, port, lighthouse);
    try {
      await answering(`${judge.#address}/json/version`, () => child.ended());
      return judge;
    } catch (error) {
      await judge.end();
      throw error;
    }
  }

  get #address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Prepares the browser by hand, as somebody whom it does not know yet. */
  async prepare(work: (page: Page) => Promise<void>) {
    const driver = await chromium.connectOverCDP(this.#address);
    const context = driver.contexts()[0]!;
    await context.clearCookies();
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await work(page);
    await page.close();
    await driver.close();
  }

  /** Judges a page as one that is opened for the first time. */
  async judge(origin: string, path: string, name = path): Promise<Judged> {
    const reports: Report[] = [];
    for (let turn = 0; turn < RUNS; turn += 1) reports.push(await this.#report(origin + path));
    const all = (category: Category) => reports.map((report) => points(report, category));
    const faults = (category: Category) => [
      ...new Set(reports.flatMap((report) => failing(report, category))),
    ];
    const paints = reports.map(
      (report) => report.audits["largest-contentful-paint"]?.numericValue ?? Number.NaN,
    );
    return {
      name,
      points: {
        performance: median(all("performance")),
        accessibility: Math.min(...all("accessibility")),
        "best-practices": Math.min(...all("best-practices")),
      },
      lcp: median(paints) / 1000,
      speed: median(reports.map((report) => report.environment.benchmarkIndex)),
      faults: {
        accessibility: faults("accessibility"),
        "best-practices": faults("best-practices"),
      },
    };
  }

  async #report(url: string): Promise<Report> {
    const flags = {
      port: this.#port,
      logLevel: "error",
      onlyCategories: [...CATEGORIES],
      formFactor: "mobile",
      throttlingMethod: "simulate",
      disableFullPageScreenshot: true,
    };
    let report = (await this.#lighthouse(url, flags))?.lhr;
    // The browser sometimes records no beginning of a page, and Lighthouse asks to be run again.
    for (let turn = 1; turn < RUNS && report?.runtimeError?.code === "NO_NAVSTART"; turn += 1) {
      report = (await this.#lighthouse(url, flags))?.lhr;
    }
    if (!report) throw new Error(`${url}: Lighthouse said nothing`);
    const { runtimeError, finalDisplayedUrl } = report;
    if (runtimeError) throw new Error(`${url}: ${runtimeError.code} ${runtimeError.message}`);
    // A page that was left for another, such as the way in, is not the one that was asked for.
    if (finalDisplayedUrl !== url) throw new Error(`${url} led to ${finalDisplayedUrl}`);
    return report;
  }

  /** Ends the browser and forgets what it kept. */
  async end() {
    await this.#child.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function installed(): Promise<Lighthouse> {
  const { href } = new URL(LIGHTHOUSE, import.meta.url);
  try {
    return ((await import(href)) as { default: Lighthouse }).default;
  } catch (cause) {
    throw new Error("no Lighthouse: `cargo xtask bench` installs it", { cause });
  }
}

/** Of a hundred. */
function points(report: Report, category: Category): number {
  const score = report.categories[category]?.score;
  if (typeof score !== "number") throw new Error(`${report.finalDisplayedUrl}: no ${category}`);
  return Math.round(score * 100);
}

/** What cost points, each with the first place where it was found. */
function failing(report: Report, category: Category): string[] {
  const counted = report.categories[category]?.auditRefs.filter(({ weight }) => weight > 0) ?? [];
  return counted.flatMap(({ id }) => {
    const audit = report.audits[id];
    if (!audit || audit.score === null || audit.score === 1) return [];
    const item = audit.details?.items?.[0];
    const place = item?.node?.selector ?? item?.description;
    return [typeof place === "string" ? `${id} at ${place}` : id];
  });
}

/** The middle one of an odd number of values. */
function median(values: number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
