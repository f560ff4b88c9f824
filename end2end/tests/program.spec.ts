// How the program of the field app comes to a phone: packed over the network, whole from the worker.
import type { Page } from "@playwright/test";
import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
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

test("a worker keeps the whole program where it cannot unpack it", async ({ huella }) => {
  const text = await (await fetch(`${huella.origin}/sw.js`)).text();
  const kept = new Map<string, string>();
  // The shell is a page, and the packed program is none.
  const answer = (path: string) => {
    const headers = { "content-type": path === "/terreno" ? "text/html" : "text/plain" };
    return Promise.resolve(new Response(`huella-build ${path}`, { headers }));
  };
  const put = async (path: string, one: Response) => void kept.set(path, await one.text());
  const caches = { open: () => Promise.resolve({ put }) };
  const self = { addEventListener: () => undefined };
  const worker = { self, caches, fetch: answer, Response };
  await (runInNewContext(`${text}; keepAll()`, worker) as Promise<void>);
  const programs = [...kept].filter(([path]) => path.includes("field_bg."));
  expect(programs).toEqual([[expect.stringMatching(/\.wasm$/), expect.any(String)]]);
  expect(programs[0]![1]).toBe(`huella-build ${programs[0]![0]}`);
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

  test("a program that came damaged is fetched whole", async ({ page, huella }) => {
    const asked = programs(page);
    await page.route("**/field_bg.packed", async (route) => {
      const body = await (await route.fetch()).body();
      // It has all of its bytes, but for the mark by which a browser knows a program.
      body.set([1, 1, 1, 1], body.indexOf("\0asm"));
      await route.fulfill({ body });
    });
    await begin(page, huella, "terreno");
    expect(asked.slice(0, 2)).toEqual(["field_bg.packed", "field_bg.wasm"]);
  });
});
