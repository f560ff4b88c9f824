// P1, what a public page weighs, and P12, how long a browser takes to check a signature.
import type { Browser } from "@playwright/test";
import { signIn } from "../fixtures/account.ts";
import { expect, test } from "../fixtures/test.ts";
import { booked } from "./booked.ts";
import { verification } from "./document.ts";
import { asOnAPhone, note, p95 } from "./figures.ts";

test.use({ data: "demonstration" });

const PAGES = [
  "/", "/certificados", "/encontre", "/verificar", "/cuenta-publica", "/privacidad", "/ingresar",
  "/operativos", "/mi-hora",
];
const CHECKS = 20;

test("what the heaviest public page weighs", async (
  { page, browser, baseURL, huella, silence },
) => {
  // The field app may still ask for its chips when a coordinator takes its place.
  silence.allow(/status of 401/);
  await signIn(page, huella, "terreno", "/terreno");
  const document = { path: await verification(page), name: "/V/…" };
  const { open } = await booked(page, huella, "Feria de los pesos");
  const weights = new Map<string, number>();
  for (const { path, name } of [...PAGES.map((path) => ({ path, name: path })), document, ...open]) {
    weights.set(name, await weighed(browser, baseURL! + path));
  }
  const [[path, bytes]] = [...weights].sort((one, other) => other[1] - one[1]) as [[string, number]];
  await note("P1", bytes / 1000, path);
});

test("how long the browser's own check takes", async ({ page, huella }) => {
  await signIn(page, huella, "terreno", "/terreno");
  const path = await verification(page);
  await asOnAPhone(page);
  const times: number[] = [];
  for (let turn = 0; turn < CHECKS; turn += 1) {
    await page.goto(path);
    const checked = page.locator("[data-result]");
    await expect(checked).toHaveAttribute("data-result", "valid");
    times.push(Number(await checked.getAttribute("data-ms")));
  }
  await note("P12-browser", p95(times));
});

/** All bytes that come over the wire for a page that was never seen before. */
async function weighed(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => {
    bytes += event.encodedDataLength;
  });
  await session.send("Network.enable");
  const answer = await page.goto(url, { waitUntil: "networkidle" });
  expect(answer?.status(), url).toBe(200);
  await context.close();
  return bytes;
}
