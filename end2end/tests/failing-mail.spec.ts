// A mail server that refuses, stalls, or breaks off after the whole mail: nothing is lost, nothing
// waits for it, and a repeat is recognisable.
import { signIn } from "../fixtures/account.ts";
import { alive } from "../fixtures/alive.ts";
import { Huella } from "../fixtures/huella.ts";
import { modelFolder } from "../fixtures/model.ts";
import { register } from "../fixtures/register.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";
import { UnrulyMailServer } from "../fixtures/unruly-mail.ts";
import { chip, run } from "../fixtures/visit.ts";

interface World {
  unruly: UnrulyMailServer;
  own: Huella;
}

const failing = test.extend<World>({
  unruly: async ({}, use) => {
    const unruly = await UnrulyMailServer.begin();
    await use(unruly);
    await unruly.end();
  },
  own: async ({ database: engine, unruly, today }, use, info) => {
    const model = modelFolder(info, "own", engine);
    const wanted = { engine, data: "demonstration", model, today, smtp: unruly.url } as const;
    const own = await Huella.begin(wanted);
    await use(own);
    // Ended in order, it would wait for mails that are under way to a server that stalls.
    await own.kill();
    await own.end();
  },
  baseURL: async ({ own }, use) => use(own.origin),
});

/** Half of what the server waits for a mail server (`ANSWER_TIMEOUT` in its transport.rs). */
const REGISTERED_WITHIN_MS = 10_000;
/** The first retry comes after at most half a minute. */
const RETRIED_WITHIN_MS = 60_000;

/** The mails for an address. */
function to(mails: string[], address: string): string[] {
  return mails.filter((mail) => mail.includes(`To: ${address}`) || mail.includes(`<${address}>`));
}

function messageId(mail: string): string | undefined {
  return /^Message-ID: *(\S+)/im.exec(mail)?.[1];
}

function visit(address: string) {
  return { document: run(), address, chip: chip(), name: "Ñata" };
}

failing("a mail broken off after its end is sent again with the same Message-ID @critical", async (
  { page, own, unruly },
) => {
  failing.setTimeout(120_000);
  await signIn(page, own, "terreno", "/terreno");
  const address = "rota@example.cl.invalid";
  unruly.manner = "drop";
  expect((await register(page, visit(address))).outcome).toBe("accepted");
  await expect.poll(() => to(unruly.dropped, address).length, { timeout: 30_000 }).toBe(1);
  unruly.manner = "accept";
  await expect
    .poll(() => to(unruly.taken, address).length, { timeout: RETRIED_WITHIN_MS })
    .toBe(1);
  const [first, second] = [to(unruly.dropped, address)[0]!, to(unruly.taken, address)[0]!];
  expect(messageId(first)).toMatch(/^<.+@.+>$/);
  expect(messageId(second)).toBe(messageId(first));
});

failing("a refused mail is shown to the coordinator and sent again from there", async (
  { page, own, unruly },
) => {
  failing.setTimeout(120_000);
  await signIn(page, own, "terreno", "/terreno");
  const address = "rechazada@example.cl.invalid";
  unruly.manner = "refuse";
  expect((await register(page, visit(address))).outcome).toBe("accepted");
  await page.context().clearCookies();
  await signIn(page, own, "coordinacion", "/coordinacion");
  await expect(async () => {
    await page.goto("/coordinacion/correos");
    await expect(page.locator("tbody")).toContainText(address, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  const dead = page.getByRole("row", { name: new RegExp(address) });
  await expect(dead).toContainText("El servidor de correo lo rechazó (550)");
  await expectAccessible(page);
  await shot(page, "coordination-mail-dead");
  unruly.manner = "accept";
  await alive(page);
  await dead.getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: "Reenviar" }).click();
  await expect.poll(() => to(unruly.taken, address).length, { timeout: 60_000 }).toBe(1);
});

failing("a mail server that never answers delays no registration", async (
  { page, own, unruly },
) => {
  failing.setTimeout(120_000);
  await signIn(page, own, "terreno", "/terreno");
  unruly.manner = "stall";
  for (let count = 0; count < 10; count += 1) {
    const begun = Date.now();
    const answer = await register(page, visit(`espera-${count}@example.cl.invalid`));
    expect(answer.outcome).toBe("accepted");
    expect(Date.now() - begun).toBeLessThan(REGISTERED_WITHIN_MS);
  }
  expect(unruly.taken.filter((mail) => mail.includes("espera-"))).toEqual([]);
});
