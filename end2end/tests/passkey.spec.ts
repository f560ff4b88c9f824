// A closed phone that is opened by the finger or the face as well: by a passkey of its own, without
// any server, and beside the PIN. Chromium's virtual authenticator is the phone's.
import type { Page } from "@playwright/test";
import { choose, OTHER, PIN, pinField, script, type, visited } from "../fixtures/pin.ts";
import { stored } from "../fixtures/store.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { begin, chip, keepShell } from "../fixtures/visit.ts";

// An address of numbers has no passkeys.
test.use({ data: "demonstration", host: "localhost" });
test.setTimeout(240_000);

const ADD = "Abrir también con la huella o el rostro";
const OPEN = "Abrir con la huella o el rostro";

/** A sensor in the phone, which knows the finger or does not. */
async function sensor(page: Page, hasPrf = true) {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf,
      isUserVerified: true,
    },
  });
  return {
    credentials: async () =>
      (await client.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    know: (isUserVerified: boolean) =>
      client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Adds the finger, by the PIN. */
async function add(page: Page, pin = PIN) {
  await button(page, ADD).tap();
  await page.getByLabel("PIN actual").fill(pin);
  await button(page, "Agregar la huella o el rostro").tap();
}

const isAdded = (page: Page) =>
  expect(page.getByText("Se abre también con la huella o el rostro")).toBeVisible();

test("a closed phone without server opens by the finger, and by the PIN when that fails", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_|Failed to load resource/);
  await begin(page, huella, "terreno");
  const phone = await sensor(page);
  await keepShell(page);
  await expect(page.getByText(/^Sin PIN: /)).toBeVisible();
  await expect(button(page, ADD), "without a PIN there is nothing beside it").toHaveCount(0);
  await choose(page, PIN);
  await huella.stop();
  await visited(page, "Dactilar", chip());
  await page.getByRole("link", { name: "Volver al inicio" }).tap();

  // Who has the phone open in hand does not know the PIN.
  await add(page, OTHER);
  await expect(page.getByText("Ese no es el PIN")).toBeVisible();
  await expect(page.getByLabel("PIN actual")).toBeFocused();
  expect(await phone.credentials()).toEqual([]);
  await expectAccessible(page);
  await shot(page, "field-passkey-add");
  await page.getByLabel("PIN actual").fill(PIN);
  await button(page, "Agregar la huella o el rostro").tap();
  await isAdded(page);
  const [made, ...more] = await phone.credentials();
  expect(more).toEqual([]);
  expect(made).toMatchObject({ rpId: "localhost", isResidentCredential: true });
  await expectAccessible(page);
  await shot(page, "field-passkey-added");
  const all = await stored(page);
  for (const clear of ["Dactilar", "EXTRACTABLE"]) expect(all).not.toContain(clear);

  await page.reload();
  await expect(button(page, OPEN)).toBeVisible();
  await expect(pinField(page)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "field-passkey-closed");
  await button(page, OPEN).tap();
  await expect(page.getByRole("link", { name: "Dactilar" })).toBeVisible();

  // A finger that the phone does not know.
  await phone.know(false);
  await page.reload();
  await button(page, OPEN).tap();
  const told = page.getByText("No se reconoció la huella ni el rostro");
  await expect(told).toBeVisible({ timeout: 75_000 });
  await expect(page.getByRole("link", { name: "Dactilar" })).toHaveCount(0);
  await expectAccessible(page);
  await shot(page, "field-passkey-unknown");
  await type(page, PIN);
  await expect(page.getByRole("link", { name: "Dactilar" })).toBeVisible();

  // Taken away, the PIN alone opens.
  await button(page, "Quitar la huella o el rostro").tap();
  await expect(button(page, ADD)).toBeVisible();
  await phone.know(true);
  await page.reload();
  await expect(pinField(page)).toBeFocused();
  await expect(button(page, OPEN)).toHaveCount(0);
  await type(page, PIN);
  await expect(page.getByRole("link", { name: "Dactilar" })).toBeVisible();
  await huella.serve();
});

test("another PIN leaves the finger, and beginning anew takes it away", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await sensor(page);
  await choose(page, PIN);
  await add(page);
  await isAdded(page);
  await button(page, "Cambiar el PIN").tap();
  await page.getByLabel("PIN actual").fill(PIN);
  await page.getByLabel("PIN nuevo", { exact: true }).fill(OTHER);
  await page.getByLabel("PIN nuevo, otra vez").fill(OTHER);
  await button(page, "Guardar el PIN").tap();
  await isAdded(page);
  await page.reload();
  await button(page, OPEN).tap();
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
  await page.reload();
  await button(page, "Olvidé mi PIN").tap();
  await button(page, "Empezar de nuevo").tap();
  await expect(page.getByText(/^Sin PIN: /)).toBeVisible();
  expect(await script(page, "vault", "state")).toBe("open");
  await choose(page, PIN);
  await expect(button(page, ADD), "it is made anew").toBeVisible();
  await page.reload();
  await expect(pinField(page)).toBeFocused();
  await expect(button(page, OPEN)).toHaveCount(0);
});

test("wrong PINs are counted beside the finger, and end it too", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  await sensor(page);
  await choose(page, PIN);
  await add(page);
  await isAdded(page);
  await page.reload();
  await expect(button(page, OPEN)).toBeVisible();
  let now = Date.now();
  const wrong = async () => {
    now += 16 * 60_000;
    await page.clock.setFixedTime(now);
    return script(page, "vault", "unlock", OTHER);
  };
  for (let turn = 0; turn < 14; turn += 1) {
    expect(await wrong(), `try ${turn}`).toMatch(turn < 4 ? /^wrong$/ : /^wait /);
  }
  // While the PIN waits, the finger opens; the count stays.
  expect(await script(page, "vault", "unlock", PIN)).toMatch(/^wait /);
  expect(await script(page, "vault", "unlockByPasskey")).toBe("open");
  await page.reload();
  await expect(button(page, OPEN)).toBeVisible();
  expect(await wrong()).toBe("blocked");
  await page.reload();
  await expect(page.getByText("El PIN se bloqueó")).toBeVisible();
  await expect(button(page, OPEN)).toHaveCount(0);
  await expect(script(page, "vault", "unlockByPasskey")).rejects.toThrow();
});

test("a passkey that has seen neither finger nor face opens nothing", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  await sensor(page);
  await choose(page, PIN);
  await add(page);
  await isAdded(page);
  await page.reload();
  await expect(button(page, OPEN)).toBeVisible();
  // As who keeps passkeys without asking for either would answer.
  await page.evaluate(() => {
    const [FLAGS_AT, WAS_SEEN] = [32, 4];
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = async (options) => {
      const found = (await get(options)) as PublicKeyCredential;
      const { authenticatorData } = found.response as AuthenticatorAssertionResponse;
      const data = new Uint8Array(authenticatorData);
      data[FLAGS_AT] = data[FLAGS_AT]! & ~WAS_SEEN;
      const getClientExtensionResults = () => found.getClientExtensionResults();
      return { getClientExtensionResults, response: { authenticatorData: data.buffer } } as never;
    };
  });
  const opening = script(page, "vault", "unlockByPasskey");
  await expect(opening).rejects.toThrow("neither finger nor face was seen");
  expect(await script(page, "vault", "state")).toBe("closed pin passkey");
  await type(page, PIN);
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
});

test("who turns back at the second question has no passkey", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  const phone = await sensor(page);
  await choose(page, PIN);
  await expect(button(page, ADD)).toBeVisible();
  // As on phones that make the secret only when it is asked for again.
  await page.evaluate(() => {
    const { credentials } = navigator;
    const create = credentials.create.bind(credentials);
    credentials.create = async (options) => {
      const made = (await create(options))!;
      return Object.assign(made, { getClientExtensionResults: () => ({ prf: { enabled: true } }) });
    };
    credentials.get = () => Promise.reject(new DOMException("", "NotAllowedError"));
    const signalUnknownCredential = ({ credentialId }: { credentialId: string }) => {
      document.documentElement.dataset.unknown = credentialId;
      return Promise.resolve();
    };
    Object.assign(PublicKeyCredential, { signalUnknownCredential });
  });
  await add(page);
  await expect(page.getByText("Este teléfono no pudo hacerlo")).toBeVisible();
  expect(await script(page, "vault", "state")).toBe("open pin");
  const [made] = await phone.credentials();
  const id = Buffer.from(made!.credentialId, "base64").toString("base64url");
  const dropped = "the phone is told that it is of no use";
  await expect(page.locator("html"), dropped).toHaveAttribute("data-unknown", id);
});

test("a phone whose passkeys make no secrets keeps its PIN, and says so", async (
  { page, huella },
) => {
  await begin(page, huella, "terreno");
  await sensor(page, false);
  await choose(page, PIN);
  await add(page);
  await expect(page.getByText("Este teléfono no pudo hacerlo")).toBeVisible();
  expect(await script(page, "vault", "state")).toBe("open pin");
  await page.reload();
  await expect(pinField(page)).toBeFocused();
  await expect(button(page, OPEN)).toHaveCount(0);
  await type(page, PIN);
  await expect(page.getByRole("link", { name: "Nueva atención" })).toBeVisible();
});

test("a phone without a sensor is offered nothing", async ({ page, huella }) => {
  await begin(page, huella, "terreno");
  // With no authenticator in it, whatever the machine of the test has.
  await (await page.context().newCDPSession(page)).send("WebAuthn.enable");
  await choose(page, PIN);
  expect(await script(page, "vault", "passkey")).toBe("");
  await expect(button(page, ADD)).toHaveCount(0);
  await page.reload();
  await expect(pinField(page)).toBeFocused();
  await expect(button(page, OPEN)).toHaveCount(0);
  await type(page, PIN);
  await expect(page.getByText(/^Con PIN: /)).toBeVisible();
  await expect(button(page, ADD)).toHaveCount(0);
});
