// What a phone says of itself, of the server and of its version, in calm words and before it is too
// late: each time with its records safe.
import type { Page } from "@playwright/test";
import { choose, PIN, type, visited } from "../fixtures/pin.ts";
import { askToPair, makeCode, pair } from "../fixtures/pairing.ts";
import { hasAllButPin, READY, UNPAIRED, UNREADY } from "../fixtures/prepared.ts";
import { sit } from "../fixtures/seat.ts";
import { online } from "../fixtures/signal.ts";
import { copied } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });
test.setTimeout(180_000);

const SUBMISSIONS = "**/api/v1/submissions";
const STOCK = /\/api\/v1\/outreaches\/[^/]+\/stock/;
/** Three tries alone, and the waits between them. */
const SEVERAL_TRIES = { timeout: 60_000 };

const pending = (page: Page) => page.getByText("Por enviar", { exact: true });
const sent = (page: Page) => page.getByText("Enviado", { exact: true });

interface Reply {
  answers: { id: string; outcome: string }[];
  resolved: { id: string; outcome: string }[];
}

/** What the server answers comes to the phone otherwise. */
async function answered(page: Page, otherwise: (reply: Reply) => object) {
  await page.route(SUBMISSIONS, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: otherwise(await response.json()) });
  });
}

test("a server with trouble is told calmly, and what was recorded goes later", async (
  { page, huella, silence },
) => {
  silence.allow(/status of 503/);
  await begin(page, huella, "terreno");
  const busy = { status: 503, contentType: "text/html", body: "<h1>503</h1>" };
  await page.route(SUBMISSIONS, (route) => route.fulfill(busy));
  await visited(page, "Paciencia", chip());
  const told = page.getByText("El servidor contestó con un problema");
  await expect(told).toBeVisible();
  await expect(pending(page)).toBeVisible();
  await expect(page.getByText("Sin señal", { exact: true })).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-failing");
  await page.unroute(SUBMISSIONS);
  await online(page);
  await expect(sent(page)).toBeVisible();
  await expect(told).toHaveCount(0);
});

test("a record over which the server breaks says so itself", async ({ page, huella, silence }) => {
  silence.allow(/status of 500/);
  await begin(page, huella, "terreno");
  await page.route(SUBMISSIONS, (route) => route.fulfill({ status: 500, json: {} }));
  await visited(page, "Atascada", chip());
  await expect(page.getByText("El servidor aún no lo recibe")).toBeVisible(SEVERAL_TRIES);
  await page.getByRole("link", { name: "Volver al inicio" }).tap();
  await page.getByRole("link", { name: "Ver todo" }).tap();
  await expect(page.getByText(/^El servidor falla con algo de lo registrado/)).toBeVisible();
  await expect(page.getByText(/Se enviará solo cuando vuelva la señal/)).toHaveCount(0);
  await expect(page.getByRole("link", { name: /Atascada.*aún no lo recibe/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-stuck");
  await page.unroute(SUBMISSIONS);
  await online(page);
  await expect(page.getByRole("link", { name: /Atascada.*Enviado/ })).toBeVisible();
});

test("a reason of a later version is told as that, and holds nothing else", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  const refusal = { reason: "of_later", hours: 3 };
  // It stands in what comes with every answer, too.
  const resolved = [{ id: crypto.randomUUID(), outcome: "of_later", refusal }];
  let isFirst = true;
  await answered(page, (reply) => {
    const later = ({ id }: { id: string }) => ({ id, outcome: "refused", command: null, refusal });
    const answers = isFirst ? reply.answers.map(later) : reply.answers;
    isFirst &&= reply.answers.length === 0;
    return { ...reply, answers, resolved };
  });
  await visited(page, "Venidera", chip());
  await page.getByRole("link", { name: "Ver qué pasó" }).tap();
  const told = page.getByRole("alert").filter({ hasText: "esta versión de la aplicación" });
  await expect(told).toBeVisible();
  await expect(told).toContainText("por una razón que esta versión de la aplicación no conoce");
  await expectAccessible(page);
  await shot(page, "field-unheard");
  await page.goto("/terreno");
  await visited(page, "Siguiente", chip());
  await expect(sent(page)).toBeVisible();
});

test("an answer that this version cannot read asks for the new one", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  await answered(page, ({ answers }) => ({ answers }));
  await visited(page, "Ilegible", chip());
  await expect(page.getByText("El servidor ya no recibe esta versión")).toBeVisible();
  await expect(pending(page)).toBeVisible();
  await page.unroute(SUBMISSIONS);
  await online(page);
  await expect(sent(page)).toBeVisible();
  await expect(page.getByText("El servidor ya no recibe esta versión")).toHaveCount(0);
});

/** Gives the phone another word of the server on its key; answers the one that it had. */
async function given(page: Page, otherwise: object): Promise<object> {
  return page.evaluate(async (otherwise) => {
    const opening = indexedDB.open("huella");
    await new Promise((done) => (opening.onsuccess = done));
    const meta = opening.result.transaction("meta", "readwrite").objectStore("meta");
    const reading = meta.get("pairing");
    await new Promise((done) => (reading.onsuccess = done));
    const told = JSON.parse(reading.result as string) as { delegation: object };
    const delegation = { ...told.delegation, ...otherwise };
    meta.put(JSON.stringify({ ...told, delegation }), "pairing");
    await new Promise((done) => (meta.transaction.oncomplete = done));
    opening.result.close();
    window.dispatchEvent(new Event("huella-pack"));
    return told.delegation;
  }, otherwise);
}

test("a phone is ready with its box, a PIN and a pairing, and records without", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_FAILED/);
  const code = await makeCode(page, huella);
  await page.route(STOCK, (route) => route.abort());
  await begin(page, huella, "terreno");
  const wanted = page.getByText("Este teléfono lleva fichas de personas y no tiene PIN");
  const goOn = page.getByRole("button", { name: "Seguir preparando" });
  await expect(page.getByText(/^Sin PIN: /)).toBeVisible();
  await expect(wanted).toHaveCount(0);
  await page.getByRole("button", { name: "Preparar este operativo" }).tap();
  await expect(page.getByText(UNREADY)).toBeVisible();
  await expect(page.getByText(/Falta la caja.* Falta el PIN de este teléfono/)).toBeVisible();
  await expect(wanted).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-box-missing");
  await page.unroute(STOCK);
  await goOn.tap();
  await hasAllButPin(page);
  await expect(goOn, "a PIN does not come by that").toHaveCount(0);
  await expect(page.getByText(READY)).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-pin-missing");

  // Nobody waits at the table for a PIN.
  await visited(page, "Atendida", chip());
  await expect(sent(page)).toBeVisible();
  await page.getByRole("link", { name: "Volver al inicio" }).tap();
  await choose(page, PIN);
  await expect(wanted).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "PIN de este teléfono" })).toBeFocused();
  await expect(page.getByText(UNPAIRED)).toBeVisible();
  await expect(page.getByText(READY)).toHaveCount(0);
  await expect(goOn, "nor does a pairing").toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-pairing-missing");
  await askToPair(page);
  await pair(page, code, "Mesa lista");
  await expect(page.getByText(READY)).toBeVisible();
  await page.reload();
  await type(page, PIN);
  await expect(page.getByText(READY)).toBeVisible();

  // Of another outreach, or over before the day is, it would give no certificate at the table.
  for (const otherwise of [{ outreach: crypto.randomUUID() }, { until: Date.now() + 60_000 }]) {
    const own = await given(page, otherwise);
    await expect(page.getByText(UNPAIRED)).toBeVisible();
    await given(page, own);
    await expect(page.getByText(READY)).toBeVisible();
  }
});

test("an account without field work is told what the phone still holds", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_FAILED|status of 403/);
  // Nor does the worker send its copy: the browser promises to ask it, and never does.
  await page.addInitScript(() => {
    Reflect.get(globalThis, "SyncManager").prototype.register = () => Promise.resolve();
  });
  await begin(page, huella, "terreno");
  await page.route(SUBMISSIONS, (route) => route.abort());
  await visited(page, "Pendiente", chip());
  await copied(page, 1);
  await sit(page, huella, "auditoria", "/terreno");
  await expect(page.getByText("Su cuenta no trabaja en terreno")).toBeVisible();
  await expect(page.getByText("1 registro sigue guardado en este teléfono")).toBeVisible();
  await expect(page.getByRole("button", { name: "Guardar una copia para entregar" })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-not-for-you-held");
  await page.unroute(SUBMISSIONS);
  await sit(page, huella, "terreno", "/terreno/registros");
  await expect(page.getByRole("link", { name: /Pendiente.*Enviado/ })).toBeVisible();
});
