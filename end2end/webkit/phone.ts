// What the tests of this folder import: `test` with a running server, its mail, a front before it
// and a phone, whose pages say nothing on the console; and what a person does with such a phone.
import { expect, test as base, type Page } from "@playwright/test";
import { account } from "../fixtures/account.ts";
import { Huella } from "../fixtures/huella.ts";
import { MailServer } from "../fixtures/mail.ts";
import { Driver } from "./driver.ts";
import { Front } from "./front.ts";

export { expect };

const IPHONE = { width: 390, height: 844 };
/** Safari has it; WebKitGTK has it switched off. */
const STORAGE = "--features=+StorageAPI,+StorageAPIEstimate";

/** An iPhone before the front. */
export class Phone {
  readonly #driver: Driver;
  readonly #front: Front;

  constructor(driver: Driver, front: Front) {
    this.#driver = driver;
    this.#front = front;
  }

  /** For fixtures that run functions in the page and do nothing else with it. */
  get page(): Page {
    return this.#driver as unknown as Page;
  }

  evaluate<T>(act: (given: never) => T | Promise<T>, given?: unknown): Promise<T> {
    return this.#driver.evaluate(act, given);
  }

  async goto(path: string) {
    await this.#driver.goto(this.#front.origin + path);
  }

  async reload() {
    await this.#driver.reload();
  }

  /** The path of the page. */
  async path(): Promise<string> {
    return (await this.#driver.address()).pathname;
  }

  /** Waits until something with these words is shown. */
  async read(words: string, ms?: number) {
    await this.#driver.see(`//*[text()[contains(normalize-space(.), "${words}")]]`, ms);
  }

  /** Whether these words stand on the page now. */
  says(words: string): Promise<boolean> {
    return this.evaluate((said: string) => document.body.innerText.includes(said), words);
  }

  /** Waits for the heading with these words. */
  async heading(words: string) {
    await this.#driver.see(`//h1[contains(normalize-space(.), "${words}")]`);
  }

  /** Presses the button, link or choice with these words in it. */
  async press(words: string) {
    const has = `contains(normalize-space(.), "${words}")`;
    await this.#driver.tap(`//*[self::button or self::a or self::label][${has}]`);
  }

  /** Presses what has this identifier. */
  async tap(id: string) {
    await this.#driver.tap(`//*[@id="${id}"]`);
  }

  /** Types into the field with this label. */
  async fill(label: string, text: string) {
    const named = `//label[contains(normalize-space(.), "${label}")]/@for`;
    await this.#driver.tap(`//*[@id=${named}]`);
    await this.#driver.type(text, "");
  }

  /** Types into whatever has the focus, and goes on. */
  async type(text: string, end?: string) {
    await this.#driver.type(text, end);
  }

  /** Waits until the field with this identifier has the focus. */
  async at(id: string) {
    await expect.poll(() => this.evaluate(() => document.activeElement?.id)).toBe(id);
  }

  /** Draws a line with the finger in what is of this class. */
  async draw(name: string) {
    await this.#driver.draw(`//*[contains(@class, "${name}")]`);
  }

  /** Brings what answers to this into the middle of the screen. */
  async center(selector: string) {
    await this.evaluate((one: string) => {
      document.querySelector(one)?.scrollIntoView({ block: "center" });
    }, selector);
  }

  /** Goes to a page that is nobody's. */
  async leave() {
    await this.#driver.goto("about:blank");
  }

  /** Goes on in another window; what was opened in the first is open there still. */
  async another() {
    await this.#driver.another();
  }

  /** How many elements answer to this. */
  count(selector: string): Promise<number> {
    return this.evaluate((one: string) => document.querySelectorAll(one).length, selector);
  }

  /** Signs in as the demonstration's account `local`, whoever was there before. */
  async signIn(huella: Huella, local: string, next: string) {
    const { email, password } = account(huella, local);
    await this.goto("/ingresar");
    await this.#driver.forgetCookies();
    await this.goto(`/ingresar?next=${encodeURIComponent(next)}`);
    await this.#driver.tap('//input[@type="email"]');
    await this.#driver.type(email, "");
    await this.#driver.tap('//input[@type="password"]');
    await this.#driver.type(password);
    await expect.poll(() => this.path()).toBe(next);
  }

  /** To the start of the day at the outreach that is open today. */
  async begin(huella: Huella, local = "terreno") {
    await this.signIn(huella, local, "/terreno");
    await this.heading("¿En qué operativo está?");
    await this.press("Hoy");
    await this.read("Nueva atención");
  }

  /** Waits until the phone keeps the app, so that it opens without the server. */
  async keepsApp() {
    const state = () => this.evaluate(async () => {
      return (await navigator.serviceWorker.ready).active?.state;
    });
    await expect.poll(state).toBe("activated");
  }

  /** The picture of the page. */
  picture(): Promise<Buffer> {
    return this.#driver.picture();
  }
}

interface Shared {
  mail: MailServer;
  huella: Huella;
}

interface Own {
  front: Front;
  /** Further switches of the engine. */
  switches: string[];
  phone: Phone;
}

export const test = base.extend<Own, Shared>({
  mail: [
    // Playwright reads the names of the fixtures off the pattern, also where there are none.
    async ({}, use) => {
      const server = await MailServer.begin();
      await use(server);
      await server.end();
    },
    { scope: "worker" },
  ],
  huella: [
    async ({ mail }, use) => {
      const data = "demonstration";
      const huella = await Huella.begin({ engine: "sqlite", data, smtp: mail.url });
      await use(huella);
      await huella.end();
    },
    { scope: "worker" },
  ],
  front: async ({ huella }, use) => {
    const front = await Front.begin(huella.origin);
    await use(front);
    await front.end();
    expect(front.broken(), "console, exceptions, policy").toEqual([]);
  },
  switches: [[], { option: true }],
  phone: async ({ front, switches }, use, info) => {
    const driver = await Driver.begin({ ...IPHONE, switches: [STORAGE, ...switches] });
    const phone = new Phone(driver, front);
    await use(phone);
    if (info.status !== info.expectedStatus) {
      const body = await phone.picture().catch(() => Buffer.of());
      await info.attach("screen", { body, contentType: "image/png" });
    }
    await driver.end();
  },
});
