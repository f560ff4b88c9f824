// The pictures that a phone has sent, as the coordination looks at them.
import type { Page } from "@playwright/test";
import type { Huella } from "../fixtures/huella.ts";
import { registration } from "../fixtures/register.ts";
import { seat } from "../fixtures/seat.ts";
import { compose, send } from "../fixtures/submit.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { chip, run } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });

const [WIDTH, HEIGHT] = [640, 480];

/** Sends a picture that shows nothing but a colour; whether the server has all of it. */
function sendPicture(page: Page, submission: string, animal: string, kind: string) {
  const size = { width: WIDTH, height: HEIGHT };
  return page.evaluate(async ({ submission, animal, kind, size }) => {
    const canvas = Object.assign(document.createElement("canvas"), size);
    const pen = canvas.getContext("2d")!;
    pen.fillStyle = kind === "paper" ? "ivory" : "peru";
    pen.fillRect(0, 0, size.width, size.height);
    const blob = await new Promise<Blob>((done) => {
      canvas.toBlob((made) => done(made!), "image/jpeg");
    });
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const id = crypto.randomUUID();
    const facts = { id, submission, animal, kind, bytes: blob.size, sha256, taken_at: Date.now() };
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(facts);
    await fetch("/api/v1/pictures", { method: "POST", headers, body });
    const answer = await fetch(`/api/v1/pictures/${id}/0`, { method: "PUT", body: blob });
    return ((await answer.json()) as { received: number }).received === blob.size;
  }, { submission, animal, kind, size });
}

/** Sends a visit of somebody who allows photographs, with one of the dog and one of a paper. */
async function pictured(page: Page, huella: Huella) {
  await seat(page, huella, "terreno", "/terreno");
  const wanted = { document: run(), address: null, chip: chip(), name: "Retrato" };
  const registered = await registration(page, wanted);
  const commands = registered as { details: object; owner: string; animal: string }[];
  Object.assign(commands[0]!.details, { consents_to_photos: true });
  const submission = await compose(page, commands);
  expect((await send(page, submission)).outcome).toBe("accepted");
  const { owner, animal } = commands[1]!;
  for (const kind of ["animal", "paper"]) {
    expect(await sendPicture(page, submission.id, animal, kind), kind).toBe(true);
  }
  return { owner, animal };
}

test("a coordinator sees the pictures of an animal, an auditor those without papers", async (
  { page, huella },
) => {
  const { animal } = await pictured(page, huella);
  const sheet = `/coordinacion/registro/animal/${animal}`;
  await seat(page, huella, "coordinacion", sheet);
  const shown = page.locator(".pictures img");
  await expect(shown).toHaveCount(2);
  for (const name of [/^Foto del animal, /, /^Foto de un papel, /]) {
    const image = page.getByRole("img", { name });
    await image.scrollIntoViewIfNeeded();
    const width = () => image.evaluate((drawn) => (drawn as HTMLImageElement).naturalWidth);
    await expect.poll(width).toBe(WIDTH);
  }
  await expect(page.locator(".chronicle li", { hasText: "Foto guardada" })).toHaveCount(2);
  await expectAccessible(page);
  await shot(page, "desk-pictures");

  await seat(page, huella, "auditoria", sheet);
  await expect(shown).toHaveCount(1);
  await expect(page.getByRole("img", { name: /^Foto del animal, / })).toBeVisible();
});

test("who does not allow photographs any more has them deleted, and the papers stay", async (
  { page, huella },
) => {
  const { owner, animal } = await pictured(page, huella);
  await seat(page, huella, "coordinacion", `/coordinacion/registro/persona/${owner}`);
  await page.locator("details.act > summary", { hasText: "Corregir los datos" }).click();
  const allowed = page.getByLabel("Autoriza fotos");
  await expect(allowed).toBeChecked();
  await expectAccessible(page);
  await page.locator("label", { hasText: "Autoriza fotos" }).click();
  await expect(allowed).not.toBeChecked();
  const saved = page.waitForResponse((answer) => answer.request().method() === "POST");
  await page.getByRole("button", { name: "Guardar la corrección" }).click();
  expect((await saved).ok()).toBe(true);
  await page.goto(`/coordinacion/registro/animal/${animal}`);
  await expect(page.locator(".pictures img")).toHaveCount(1);
  await expect(page.getByRole("img", { name: /^Foto de un papel, / })).toBeVisible();
});
