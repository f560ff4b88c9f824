// What a phone carries of others goes when the server has told of each record, in parts that the
// line carries; what it does not take stays until somebody lets it go.
import type { Page } from "@playwright/test";
import { PACKET } from "../fixtures/frames.ts";
import { stored } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });

const REFUSED = "El servidor no pudo recibir 1 registro de otro teléfono";
const SLOW = "La conexión fue demasiado lenta para lo que falta";
const HANDED_IN = "Los registros del otro teléfono quedaron entregados";

/** Puts a packet on the phone as if it had been filmed: few records, sealed for another server. */
async function carry(page: Page, records = 1, made = "") {
  await page.evaluate(async ([records, made]) => {
    const sealed = Array.from({ length: records }, (_, at) => (
      { id: `01900000-0000-7000-8000-00000000070${at}` }
    ));
    const device = "01900000-0000-7000-8000-0000000000d2";
    const text = JSON.stringify({ huella: "huella sealed 1", device, made_at: made, sealed });
    const key = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    const opening = indexedDB.open("huella-carried", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("packets");
    await new Promise((done) => (opening.onsuccess = done));
    const writing = opening.result.transaction("packets", "readwrite");
    writing.objectStore("packets").put(text, key);
    await new Promise((done) => (writing.oncomplete = done));
    opening.result.close();
    window.dispatchEvent(new Event("huella-carried"));
  }, [records, made] as const);
}

test("what the server does not take stays until somebody lets it go", async (
  { page, huella, silence },
) => {
  silence.allow(/status of 422/);
  await begin(page, huella, "terreno");
  await carry(page);
  await expect(page.getByText(REFUSED)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-carried-refused");
  expect(await stored(page)).toContain(PACKET);
  await page.getByRole("button", { name: "Dejar de llevarlos" }).tap();
  await expect(page.getByText("El servidor no pudo recibir")).toHaveCount(0);
  expect(await stored(page), "let go").not.toContain(PACKET);
  await page.reload();
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
  await expect(page.getByText("El servidor no pudo recibir")).toHaveCount(0);
});

test("a packet goes when the server has told of each of its records", async (
  { page, huella },
) => {
  // Stands in for the answers of that page, which are about records of its own.
  await page.addInitScript(() => {
    const own = window.fetch.bind(window);
    const soon = () => new Promise((done) => setTimeout(done, 50));
    window.fetch = async (asked, ...rest) => {
      if (asked !== "/entregar") return own(asked, ...rest);
      // As on a slow line.
      while (!localStorage.getItem("told")) await soon();
      const url = `${location.origin}/entregar?${localStorage.getItem("told")}`;
      return { redirected: true, status: 200, url } as Response;
    };
  });
  await begin(page, huella, "terreno");
  const tell = (told: string) =>
    page.evaluate((told) => localStorage.setItem("told", told), told);
  await carry(page);
  await expect(page.getByText("Este teléfono lleva 1 registro de otro")).toBeVisible();
  await tell("0.0.0.0.0");
  await expect(page.getByText(REFUSED)).toBeVisible();
  expect(await stored(page), "of which nothing was told").toContain(PACKET);
  // One of a copy in parts.
  await tell("0.0.1.0.0.2.3");
  await page.reload();
  await expect(page.getByText(HANDED_IN)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(REFUSED)).toHaveCount(0);
  expect(await stored(page)).not.toContain(PACKET);
});

test("over a slow line a packet goes in smaller parts, and is told where none passes", async (
  { page, huella },
) => {
  // Stands in for the line: so many copies pass in time, and those of a packet that was made soon.
  await page.addInitScript(() => {
    const own = window.fetch.bind(window);
    window.fetch = async (asked, ...rest) => {
      if (asked !== "/entregar") return own(asked, ...rest);
      const file = (rest[0]!.body as FormData).get("archivo") as File;
      const packet = JSON.parse(await file.text()) as { made_at: string; sealed: unknown[] };
      const { length } = packet.sealed;
      const isSoon = packet.made_at === "soon";
      const passes = isSoon || length <= Number(localStorage.getItem("passes"));
      const url = `${location.origin}/entregar${passes ? `?${length}.0.0.0.0` : ""}`;
      return { redirected: passes, status: passes ? 200 : 408, url } as Response;
    };
  });
  await begin(page, huella, "terreno");
  await carry(page, 3);
  await expect(page.getByText(SLOW)).toBeVisible();
  await expectAccessible(page);
  // Behind it, by its digest.
  await carry(page, 1, "soon");
  await expect(page.getByText(HANDED_IN)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(SLOW), "of what still waits").toBeVisible();
  await page.evaluate(() => {
    localStorage.setItem("passes", "1");
    window.dispatchEvent(new Event("huella-carried"));
  });
  await expect(page.getByText(SLOW)).toHaveCount(0, { timeout: 30_000 });
  const summary = page.getByRole("link", { name: "Ver en qué quedaron" });
  await expect(summary, "each counts once").toHaveAttribute("href", "/entregar?3.0.0.0.0");
  expect(await stored(page)).not.toContain(PACKET);
});
