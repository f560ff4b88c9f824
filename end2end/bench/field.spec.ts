// P6: taps, modelled seconds and, without the server, the time until a visit is kept.
import type { Locator, Page } from "@playwright/test";
import { prepare } from "../fixtures/prepared.ts";
import { expect, test } from "../fixtures/test.ts";
import {
  begin, chip, firstDoses, keep, newAnimal, newOwner, newVisit, readChip, run, Thumb, usualDoses,
  withoutServer,
} from "../fixtures/visit.ts";
import { asOnAPhone, note, p95 } from "./figures.ts";

test.use({ data: "demonstration" });

/**
 * The keystroke-level model of Card, Moran and Newell, in seconds: a key; a tap, which is to point
 * and to press; the thought before a tap that chooses. Texts that are typed and the one button
 * that goes on are foreseen and take no thought. A reader of chips is held to the animal.
 */
const MODEL = { key: 0.28, tap: 1.1 + 0.1, thought: 1.35, reading: 2 };
/** Buttons that go on to the only next thing. */
const FORESEEN = ["Continuar", "Revisar", "Guardar atención"];
/** What a reader of chips types. */
const READ = /^\d{15}$/;
const KEPT = 20;

class Hand extends Thumb {
  keys = 0;
  thoughts = 0;
  readings = 0;

  override async tap(target: Locator) {
    this.thoughts += 1;
    await super.tap(target);
  }

  override async press(name: string | RegExp) {
    if (FORESEEN.includes(String(name))) this.thoughts -= 1;
    await super.press(name);
  }

  override async type(text: string, end = "Enter") {
    if (READ.test(text)) this.readings += 1;
    else this.keys += text.length + (end ? 1 : 0);
    await super.type(text, end);
  }

  get seconds(): number {
    return (
      this.keys * MODEL.key + this.taps * MODEL.tap + this.thoughts * MODEL.thought +
      this.readings * MODEL.reading
    );
  }

  get told(): string {
    const { keys, taps, thoughts, readings } = this;
    return `${keys} keys, ${taps} taps, ${thoughts} thoughts, ${readings} readings`;
  }
}

test("taps and seconds for a new owner and a known animal", async ({ page, huella }) => {
  await begin(page, huella);
  const document = run();
  await registered(page, document, "Cholo");

  const hand = new Hand(page);
  await newVisit(hand);
  // The model is one of work without errors: nothing is mistyped.
  await newOwner(hand, run(), { typed: "maria@gmail.com", meant: "maria@gmail.com" });
  await newAnimal(hand, "Ñata");
  await readChip(hand, chip());
  await usualDoses(hand);
  await keep(hand);
  await note("P6-new-taps", hand.taps);
  await note("P6-new-seconds", hand.seconds, hand.told);

  const again = await known(page, document, "Cholo");
  await note("P6-known-taps", again.taps);
  await note("P6-known-seconds", again.seconds, again.told);
});

test("a visit is kept at once without the server", async ({ page, huella, silence }) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella);
  const document = run();
  await registered(page, document, "Cholo");
  await page.goto("/terreno");
  await prepare(page, 120_000);
  await withoutServer(page, huella);
  await page.reload();
  await expect(page.getByText("Sin señal", { exact: true })).toBeVisible();
  await asOnAPhone(page);
  const times: number[] = [];
  for (let turn = 0; turn < KEPT; turn += 1) {
    await watch(page);
    await known(page, document, "Cholo");
    times.push(await page.evaluate(() => (globalThis as unknown as Watched).kept));
  }
  await note("P6-saved-p95", p95(times));
  await huella.serve();
});

/** The first visit of the day, after which its products are the usual ones. */
async function registered(page: Page, document: string, name: string) {
  const thumb = new Thumb(page);
  await newVisit(thumb);
  await newOwner(thumb, document);
  await newAnimal(thumb, name);
  await readChip(thumb, chip());
  await firstDoses(page);
  await keep(thumb);
  await expect(page.getByText("Enviado", { exact: true })).toBeVisible();
}

async function known(page: Page, document: string, name: string): Promise<Hand> {
  const hand = new Hand(page);
  await newVisit(hand);
  await hand.type(document);
  await hand.press(new RegExp(name));
  await usualDoses(hand);
  await keep(hand);
  return hand;
}

interface Watched {
  kept: number;
}

/** Measures in the page itself, from the press of the last button to the words that it is kept. */
async function watch(page: Page) {
  await page.evaluate(() => {
    const watched = globalThis as unknown as Watched;
    watched.kept = Number.NaN;
    let pressed = 0;
    const press = (event: Event) => {
      const button = (event.target as Element | null)?.closest("button");
      if (button?.textContent?.includes("Guardar atención")) pressed = performance.now();
    };
    document.addEventListener("click", press, { capture: true });
    const look = new MutationObserver(() => {
      const said = document.querySelector("main")?.textContent?.includes("Atención guardada");
      if (!pressed || !said) return;
      watched.kept = performance.now() - pressed;
      look.disconnect();
      document.removeEventListener("click", press, { capture: true });
    });
    look.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}
