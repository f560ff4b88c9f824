// Debian's WebKit (WebKitGTK's MiniBrowser, on a screen of its own), driven over W3C WebDriver.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Child } from "../fixtures/child.ts";
import { answering, freePort } from "../fixtures/ports.ts";

/** The name that WebDriver gives an element's identifier. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const ENTER = "\uE007";
const PATIENCE_MS = 20_000;
const PAUSE_MS = 50;
/** The bar of the browser would be wider than a phone. */
const SLIM = "* { border: none; font-size: 1px; margin: 0; min-width: 0; padding: 0; }";

/** How a session begins. */
interface Way {
  width: number;
  height: number;
  /** MiniBrowser's own switches, each a setting of the engine. */
  switches: string[];
}

export class Driver {
  readonly #screen: Child;
  readonly #driver: Child;
  readonly #folder: string;
  readonly #address: string;
  #session = "";

  private constructor(screen: Child, driver: Child, folder: string, address: string) {
    this.#screen = screen;
    this.#driver = driver;
    this.#folder = folder;
    this.#address = address;
  }

  /** Opens a window on a page of this size. */
  static async begin({ width, height, switches }: Way): Promise<Driver> {
    const folder = mkdtempSync(join(tmpdir(), "huella-webkit-"));
    const words = ["-displayfd", "1", "-screen", "0", "1024x1280x24", "-nolisten", "tcp"];
    const screen = new Child("Xvfb", words, process.env);
    const port = await freePort();
    const environment = surroundings(folder, await display(screen));
    const driver = new Child("WebKitWebDriver", [`--port=${port}`], environment);
    const it = new Driver(screen, driver, folder, `http://127.0.0.1:${port}`);
    await answering(`${it.#address}/status`, () => driver.ended() ?? screen.ended());
    const args = ["--automation", ...switches];
    const alwaysMatch = { acceptInsecureCerts: true, "webkitgtk:browserOptions": { args } };
    const made = await it.#send<{ sessionId: string }>("POST", "/session", {
      capabilities: { alwaysMatch },
    });
    it.#session = `/session/${made.sessionId}`;
    await it.#ask("POST", "/timeouts", { script: PATIENCE_MS, pageLoad: PATIENCE_MS });
    await it.#ask("POST", "/window/rect", { x: 0, y: 0, width, height });
    // The window is higher than its page by the browser's own bar.
    const seen = await it.evaluate(() => innerHeight);
    await it.#ask("POST", "/window/rect", { width, height: 2 * height - seen });
    return it;
  }

  async end() {
    if (this.#session) await this.#ask("DELETE", "").catch(() => {});
    await this.#driver.stop();
    await this.#screen.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async goto(url: string) {
    await this.#ask("POST", "/url", { url });
  }

  async reload() {
    await this.#ask("POST", "/refresh", {});
  }

  async address(): Promise<URL> {
    return new URL(await this.#ask<string>("GET", "/url"));
  }

  async forgetCookies() {
    await this.#ask("DELETE", "/cookie");
  }

  /** What a function answers that runs in the page, as Playwright's function of this name. */
  async evaluate<T>(act: (given: never) => T | Promise<T>, given?: unknown): Promise<T> {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve((${act})(arguments[0])).then(
        (value) => done({ value }),
        (cause) => done({ cause: String(cause) + "\\n" + (cause && cause.stack) }),
      );`;
    const { value, cause } = await this.#ask<{ value: T; cause?: string }>(
      "POST", "/execute/async", { script, args: [given ?? null] },
    );
    if (cause !== undefined) throw new Error(cause);
    return value;
  }

  /** Waits for the first element of an XPath that is shown. */
  async see(xpath: string, ms = PATIENCE_MS): Promise<string> {
    const end = Date.now() + ms;
    for (;;) {
      const found = await this.#find(xpath);
      if (found) return found;
      if (Date.now() > end) {
        const words = await this.evaluate(() => `${location.href}\n${document.body.innerText}`);
        throw new Error(`${xpath} is not on the page:\n${words}`);
      }
      await pause(PAUSE_MS);
    }
  }

  async tap(xpath: string) {
    const id = await this.see(xpath);
    await this.#center(id);
    await this.#ask("POST", `/element/${id}/click`, {});
  }

  /** Away from the bars at the edges, under which it would be hidden. */
  async #center(id: string) {
    const script = "arguments[0].scrollIntoView({ block: 'center' });";
    await this.#ask("POST", "/execute/sync", { script, args: [{ [ELEMENT]: id }] });
  }

  /** Types into whatever has the focus. */
  async type(text: string, end = ENTER) {
    const active = await this.#ask<Record<string, string>>("GET", "/element/active");
    await this.#ask("POST", `/element/${active[ELEMENT]}/value`, { text: text + end });
  }

  /** Draws a line in the first element of an XPath, from left to right. */
  async draw(xpath: string) {
    const id = await this.see(xpath);
    await this.#center(id);
    // From the middle of the element.
    const to = (x: number, y: number) => (
      { type: "pointerMove", duration: 20, x, y, origin: { [ELEMENT]: id } }
    );
    const actions = [
      to(-80, 10), { type: "pointerDown", button: 0 }, to(-40, -20), to(0, 20), to(60, -10),
      { type: "pointerUp", button: 0 },
    ];
    const finger = { type: "pointer", id: "finger", parameters: { pointerType: "mouse" }, actions };
    await this.#ask("POST", "/actions", { actions: [finger] });
  }

  /** Opens another window and goes on in it. */
  async another() {
    const { handle } = await this.#ask<{ handle: string }>("POST", "/window/new", { type: "tab" });
    await this.#ask("POST", "/window", { handle });
  }

  /** The picture of the page. */
  async picture(): Promise<Buffer> {
    return Buffer.from(await this.#ask<string>("GET", "/screenshot"), "base64");
  }

  async #find(xpath: string): Promise<string | undefined> {
    const found = await this.#ask<Record<string, string>[]>("POST", "/elements", {
      using: "xpath",
      value: xpath,
    });
    for (const id of found.map((one) => one[ELEMENT]!)) {
      // One that has gone meanwhile is looked for again.
      const isShown = this.#ask<boolean>("GET", `/element/${id}/displayed`).catch(() => false);
      if (await isShown) return id;
    }
    return undefined;
  }

  #ask<T>(method: string, path: string, body?: object): Promise<T> {
    return this.#send(method, this.#session + path, body);
  }

  async #send<T>(method: string, path: string, body?: object): Promise<T> {
    const text = body && JSON.stringify(body);
    const answer = await fetch(this.#address + path, { method, ...(text && { body: text }) });
    const { value } = (await answer.json()) as { value: T };
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)} ${text ?? ""}`);
    return value;
  }
}

/** The number of the screen, once it has chosen one. */
async function display(screen: Child): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const [number] = /^\d+$/m.exec(screen.output) ?? [];
    if (number) return `:${number}`;
    const dead = screen.ended();
    if (dead) throw new Error(dead);
    if (Date.now() > end) throw new Error(`Xvfb names no screen:\n${screen.output}`);
    await pause(PAUSE_MS);
  }
}

/** What the browser finds around it: nothing of who runs the tests. */
function surroundings(folder: string, display: string): NodeJS.ProcessEnv {
  for (const toolkit of ["gtk-3.0", "gtk-4.0"]) {
    mkdirSync(join(folder, toolkit));
    writeFileSync(join(folder, toolkit, "gtk.css"), SLIM);
  }
  return {
    ...process.env,
    DISPLAY: display,
    GDK_BACKEND: "x11",
    LANG: "C.UTF-8",
    TZ: "America/Santiago",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    XDG_CACHE_HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
  };
}
