// A front before the server that speaks TLS, since this engine takes a cookie marked Secure over
// https only; and an ear in its pages, since WebDriver tells nothing of the console.
import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "./tls.ts";

const EAR = "/ear-of-the-tests.js";
const HEARD = "/heard-by-the-tests";

/** In the page, before everything else: tells what goes wrong there. */
const LISTENING = `{
  const tell = (...words) => {
    const body = words.map((word) => (word?.stack ? word + "\\n" + word.stack : word)).join(" ");
    fetch("${HEARD}", { method: "POST", body, keepalive: true }).catch(() => {});
  };
  for (const kind of ["error", "warn"]) {
    const own = console[kind];
    console[kind] = (...words) => (tell("console", kind, ...words), own.apply(console, words));
  }
  addEventListener("error", (event) => {
    const { error, message, target } = event;
    tell("thrown", error || message || "not loaded: " + (target.src || target.href));
  }, true);
  addEventListener("unhandledrejection", ({ reason }) => tell("rejected", reason));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    tell("policy", violatedDirective, blockedURI));
}`;

export class Front {
  readonly #behind: URL;
  readonly #server: Server;
  /** What the pages have told. */
  readonly heard: string[] = [];
  readonly #allowed: RegExp[] = [];
  /** What runs in every page before its own scripts. */
  first = "";

  private constructor(behind: string) {
    this.#behind = new URL(behind);
    this.#server = createServer(selfSigned(), (asked, answer) => {
      if (asked.url === EAR) {
        const headers = { "content-type": "text/javascript", "cache-control": "no-store" };
        answer.writeHead(200, headers).end(`${LISTENING}\n${this.first}`);
      } else if (asked.url === HEARD) {
        let text = "";
        asked.setEncoding("utf8").on("data", (part) => (text += part));
        asked.on("end", () => {
          this.heard.push(text);
          answer.writeHead(204).end();
        });
      } else {
        this.#pass(asked, answer);
      }
    });
  }

  static async begin(behind: string): Promise<Front> {
    const front = new Front(behind);
    await new Promise<void>((ready) => front.#server.listen(0, "127.0.0.1", ready));
    return front;
  }

  get origin(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets a message pass that the test provokes. */
  allow(message: RegExp) {
    this.#allowed.push(message);
  }

  /** What was heard and not allowed. */
  broken(): string[] {
    return this.heard.filter((line) => !this.#allowed.some((allowed) => allowed.test(line)));
  }

  async end() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #pass(asked: IncomingMessage, answer: ServerResponse) {
    const { hostname, port, host, origin } = this.#behind;
    // Pages come unpacked, so that the ear can be written into them.
    const { "accept-encoding": _packed, ...rest } = asked.headers;
    const headers = { ...rest, host, ...(rest.origin && { origin }) };
    const { method, url: path } = asked;
    const passed = request({ hostname, port, method, path, headers }, (back) => {
      const isPage = back.headers["content-type"]?.startsWith("text/html");
      if (!isPage) {
        answer.writeHead(back.statusCode ?? 502, back.headers);
        back.pipe(answer);
        return;
      }
      let text = "";
      back.setEncoding("utf8").on("data", (part) => (text += part));
      back.on("end", () => {
        const { "content-length": _length, etag: _etag, ...kept } = back.headers;
        answer.writeHead(back.statusCode ?? 502, kept);
        answer.end(text.replace(/<head[^>]*>/, `$&<script src="${EAR}"></script>`));
      });
    });
    // No answer, as when there is no signal.
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  }
}
