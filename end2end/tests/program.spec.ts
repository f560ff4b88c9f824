// How the program of the field app comes to a phone: packed over the network, whole from the worker.
import type { Page } from "@playwright/test";
import { createHash } from "node:crypto";
import { expect, test } from "../fixtures/test.ts";
import { begin, keepShell, served } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });

/** The programs that the page asks for from now on, by the names of their files. */
function programs(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const name = new URL(request.url()).pathname.split("/").at(-1) ?? "";
    if (name.startsWith("field_bg.")) asked.push(name);
  });
  return asked;
}

test("the program comes packed, and is kept whole", async ({ page, huella }) => {
  const asked = programs(page);
  await begin(page, huella, "terreno");
  expect(asked[0]).toBe("field_bg.packed");
  await served(page);
  const kept = await page.evaluate(async () => {
    const pkg = document.querySelector<HTMLMetaElement>("meta[name=huella-pkg]")?.content;
    const path = `/${pkg}/field_bg.wasm`;
    const answer = await caches.match(path);
    const digest = await crypto.subtle.digest("SHA-256", await answer!.arrayBuffer());
    const type = answer!.headers.get("content-type");
    return { path, type, digest: Array.from(new Uint8Array(digest)) };
  });
  expect(kept.type).toBe("application/wasm");
  const whole = await (await page.request.get(`${huella.origin}${kept.path}`)).body();
  expect(kept.digest).toEqual([...createHash("sha256").update(whole).digest()]);

  asked.length = 0;
  await keepShell(page);
  expect(asked).toEqual(["field_bg.wasm"]);
});

test.describe("without a worker", () => {
  // What a worker fetches passes by the routes of a page.
  test.use({ serviceWorkers: "block" });
  test.beforeEach(({ silence }) => silence.allow(/Service Worker registration blocked/));

  test("a program that cannot be unpacked is fetched whole", async ({ page, huella }) => {
    const asked = programs(page);
    await page.route("**/field_bg.packed", (route) => route.fulfill({ body: "<h1>WiFi</h1>" }));
    await begin(page, huella, "terreno");
    expect(asked.slice(0, 2)).toEqual(["field_bg.packed", "field_bg.wasm"]);
  });
});
