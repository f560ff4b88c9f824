// A copy that only the server opens stands for its record: it counts once, however both arrive.
import { runInNewContext } from "node:vm";
import type { Page } from "@playwright/test";
import { ask } from "../fixtures/ask.ts";
import { ownerOf } from "../fixtures/coordinator.ts";
import { registration } from "../fixtures/register.ts";
import {
  compose, fieldSetup, send, type Answer, type Submission,
} from "../fixtures/submit.ts";
import { expect, test } from "../fixtures/test.ts";
import { begin, chip, run } from "../fixtures/visit.ts";

test.use({ data: "demonstration" });

interface Copy {
  id: string;
  outreach: string;
  ephemeral: string;
  nonce: string;
  body: string;
}

/** A visit of somebody new with a new, chipped dog, not sent. */
async function visit(page: Page, number: string, name: string): Promise<Submission> {
  const wanted = { document: run(), address: null, chip: number, name };
  return compose(page, await registration(page, wanted));
}

/** The recovery key that the set-up tells of the outreach of a submission. */
async function keyOf(page: Page, submission: Submission): Promise<string> {
  const { outreaches } = await fieldSetup(page);
  const own = outreaches.find(({ outreach }) => outreach.id === submission.outreach);
  expect(Buffer.from(own!.recovery_key, "base64url")).toHaveLength(65);
  return own!.recovery_key;
}

/** Has the page seal a submission, as the field app asks its scripts. */
function seal(page: Page, key: string, submission: Submission): Promise<Copy> {
  const { outreach, device, id } = submission;
  const words = [key, outreach!, device, id, JSON.stringify(submission)];
  return page.evaluate(async (words) => {
    type Scripts = { huella: (script: string, act: string, ...of: string[]) => Promise<string> };
    const { huella } = window as unknown as Scripts;
    return JSON.parse(await huella("seal", "seal", ...words)) as Copy;
  }, words);
}

async function bring(page: Page, device: string, sealed: Copy[]): Promise<Answer[]> {
  const batch = { device, sealed };
  return (await ask<{ answers: Answer[] }>(page, "/api/v1/sealed", batch)).answers;
}

test("a copy that was sealed without signal counts once, like its record", async (
  { page, huella, silence },
) => {
  silence.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await begin(page, huella, "terreno");
  const number = chip();
  const submission = await visit(page, number, "Sellada");
  const { device } = submission;
  const key = await keyOf(page, submission);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await page.context().setOffline(true);
  const copy = await seal(page, key, submission);
  await page.context().setOffline(false);
  expect({ id: copy.id, outreach: copy.outreach }).toEqual(
    { id: submission.id, outreach: submission.outreach },
  );
  const length = Buffer.byteLength(JSON.stringify(submission));
  expect(Buffer.from(copy.body, "base64url"), "encrypted, and a tag").toHaveLength(length + 16);

  const answers = await bring(page, device, [copy]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(["accepted"]);
  const again = await seal(page, key, submission);
  expect([again.ephemeral, again.nonce]).not.toEqual([copy.ephemeral, copy.nonce]);
  expect(await bring(page, device, [copy, again])).toEqual([...answers, ...answers]);
  // The record itself brings the code of its slip too, which a copy brings nobody.
  const own = await send(page, submission);
  const slips = own.documents!.map((document) => document.slip_code);
  expect(slips).toEqual([expect.stringMatching(/^[0-9A-Z-]{10,}$/)]);
  const documents = own.documents!.map((document) => ({ ...document, slip_code: null }));
  expect([{ ...own, documents }]).toEqual(answers);
  const { animals } = await ownerOf(page, number);
  expect(animals.map(({ services }) => services.length)).toEqual([1]);
});

test("a copy that was changed or is another phone's is refused alone, and its record comes later",
  async ({ page, huella }) => {
    await begin(page, huella, "terreno");
    const first = await visit(page, chip(), "Alterada");
    const number = chip();
    const second = { ...(await visit(page, number, "Entera")), device: first.device, sequence: 2 };
    const key = await keyOf(page, first);
    const [altered, whole] = [await seal(page, key, first), await seal(page, key, second)];
    altered.body = `${altered.body.startsWith("A") ? "B" : "A"}${altered.body.slice(1)}`;
    const foreign = await bring(page, crypto.randomUUID(), [whole]);
    expect(foreign[0]).toMatchObject({ outcome: "refused", refusal: { reason: "unreadable" } });
    const answers = await bring(page, first.device, [altered, whole]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(["refused", "accepted"]);
    expect(answers[0]!.refusal!.reason).toBe("unreadable");
    expect((await send(page, first)).outcome).toBe("accepted");
    const { animals } = await ownerOf(page, number);
    expect(animals.map(({ services }) => services.length)).toEqual([1]);
  });

/** What stands in for the worker's surroundings. */
interface Around {
  waits: { devices: Map<string, string>; copies: string[]; visits: Map<string, string> };
  fetch: (path: string, asked: { body: string }) => Promise<Response>;
  AbortController: unknown;
}

/** The worker sends what waits, but for pictures. */
async function goHome(origin: string, around: Around): Promise<void> {
  const text = await (await fetch(`${origin}/sw.js`)).text();
  const self = { addEventListener: () => undefined };
  const none = "picturesGoHome = async () => undefined";
  const script = `${text}; waiting = async () => waits; ${none}; goHome()`;
  // A promise of that context is none that `expect` knows.
  await (runInNewContext(script, { self, Error, setTimeout: () => undefined, ...around }) as Promise<void>);
}

test("a copy of another version keeps only its own visit from going home", async ({ huella }) => {
  const behind = { 1: "a", 2: "b", 3: "c", 4: "c", 5: "d", 6: "b", 7: "e" };
  const visits = new Map(Object.entries(behind));
  const copies = [...visits.keys()];
  // The first was made before the phone was called as it is.
  const devices = new Map(copies.map((copy) => [copy, copy === "1" ? "before" : "now"]));
  const waits = { devices, copies, visits };
  const taken: number[] = [];
  const senders = new Map<number, string>();
  // As the server does: one that it does not read keeps out all that come with it.
  const answer = (_path: string, { body }: { body: string }) => {
    const { device, sealed } = JSON.parse(body) as { device: string; sealed: number[] };
    const ok = !sealed.includes(3);
    if (ok) taken.push(...sealed);
    for (const copy of sealed) senders.set(copy, device);
    const told = ok ? { receipt: { device }, answers: sealed } : {};
    const headers = new Headers({ "content-type": "application/json" });
    return Promise.resolve(new Response(JSON.stringify(told), { status: ok ? 200 : 422, headers }));
  };
  const gone = goHome(huella.origin, { AbortController, fetch: answer, waits });
  await expect(gone).rejects.toThrow("were not taken: 1");
  expect(taken, "one of a visit after the other").toEqual([1, 2, 5, 7, 6]);
  const tried = copies
    .filter((copy) => copy !== "4")
    .map((copy) => [Number(copy), devices.get(copy)]);
  expect([...senders].sort(([one], [other]) => one! - other!)).toEqual(tried);
});

test("what a slow line does not carry in time goes home in smaller batches", async (
  { huella },
) => {
  const copies = ["1", "2", "3", "4", "5", "6", "7", "8"];
  const devices = new Map(copies.map((copy) => [copy, "now"]));
  const waits = { devices, copies, visits: new Map(copies.map((copy) => [copy, copy])) };
  const signal = { aborted: false };
  let passes = 2;
  const sizes: number[] = [];
  const answer = (_path: string, { body }: { body: string }) => {
    const { device, sealed } = JSON.parse(body) as { device: string; sealed: number[] };
    sizes.push(sealed.length);
    signal.aborted = sealed.length > passes;
    if (signal.aborted) return Promise.reject(new Error("given up"));
    const headers = new Headers({ "content-type": "application/json" });
    const told = JSON.stringify({ receipt: { device }, answers: sealed });
    return Promise.resolve(new Response(told, { headers }));
  };
  const around = { AbortController: class { signal = signal; }, fetch: answer, waits };
  await goHome(huella.origin, around);
  expect(sizes, "what comes behind is not tried whole").toEqual([8, 4, 2, 2, 2, 2]);
  passes = 0;
  sizes.length = 0;
  await expect(goHome(huella.origin, around)).rejects.toThrow("given up");
  expect(sizes, "all wait where not even one passes").toEqual([8, 4, 2, 1]);
});
