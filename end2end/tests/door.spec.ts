// At the door of an outreach: who is written into the page of somebody else is not lost, and what
// the scripts of a phone's door give and find.
import { apart } from "../fixtures/apart.ts";
import { opened } from "../fixtures/plan.ts";
import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test.setTimeout(180_000);

apart("Back, another name, sent again: nobody is told a number that is not theirs", async (
  { page, own, silence },
) => {
  silence.allow(/status of 409/);
  const sheet = await opened(page, own);
  await page.goto(`${sheet}/dia`);
  const walkIn = page.locator("section.card", { hasText: "Llega sin reserva" });
  const ticket = walkIn.locator("input[name=ticket]");
  const give = walkIn.getByRole("button", { name: "Dar número" });
  const used = await ticket.inputValue();
  await walkIn.locator("#given").fill("Héctor");
  await give.click();
  const done = page.getByRole("status");
  await expect(done).toContainText("Número 1");

  await page.goBack();
  await expect(walkIn).toBeVisible();
  // A browser that keeps a page as it was keeps this too.
  await ticket.evaluate((input: HTMLInputElement, used) => {
    input.value = used;
  }, used);
  await walkIn.locator("#given").fill("Inés");
  await give.click();
  const refused = page.getByRole("alert");
  await expect(refused).toContainText("Esta hoja ya se había enviado con otro contenido.");
  await expect(walkIn.locator("#given")).toHaveValue("Inés");
  await expect(page.locator("#tablero")).toContainText("Héctor");
  await expect(page.locator("#tablero")).not.toContainText("Inés");
  await expectAccessible(page);
  await shot(page, "day-sheet-used");
  await give.click();
  await expect(done).toContainText("Número 2");
  await expect(page.locator("#tablero")).toContainText("Inés");
});

test("an hour is told as the clocks will show it then", async ({ page, huella }) => {
  await page.goto(huella.origin);
  const told = await page.evaluate(async (script) => {
    const { hourOf } = await import(script);
    // Chile in 2026: back in the night to 5 April, forward in that to 6 September.
    const zone = [
      { at: Date.UTC(2025, 8, 7, 4), offset_minutes: -180 },
      { at: Date.UTC(2026, 3, 5, 3), offset_minutes: -240 },
      { at: Date.UTC(2026, 8, 6, 4), offset_minutes: -180 },
    ];
    const moments = [
      Date.UTC(2020, 0, 1, 12), Date.UTC(2026, 3, 5, 2, 30), Date.UTC(2026, 3, 5, 3, 30),
      Date.UTC(2026, 3, 5, 14), Date.UTC(2026, 8, 6, 3, 59), Date.UTC(2026, 8, 6, 4),
    ];
    const words = { first: "# (before)", second: "# (after)" };
    return moments.map((at) => hourOf(at, zone, words));
  }, "/door.js");
  const twice = ["23:30 (before)", "23:30 (after)"];
  expect(told).toEqual(["09:00", ...twice, "10:00", "23:59", "01:00"]);
});

test("a visit begins with what was said when booking, and a chip is only awaited", async (
  { page, huella },
) => {
  await page.goto(huella.origin);
  const told = await page.evaluate(async (script) => {
    const { visitOf } = await import(script);
    const pet = { name: "Luna", species: "dog", sex: "female", age_months: 26 };
    const animals = [{ ...pet, chip: "985121004515220" }, { ...pet, chip: null }];
    const name = { given: "Ana", surnames: "Soto" };
    const details = { document: { kind: "run", key: "12345678-5" }, name, animals };
    type Begun = { form: Record<string, unknown>; services: object }[];
    const begun = JSON.parse(visitOf({ details, is_known: true })[2]) as Begun;
    return begun.map(({ form, services }) => [form["age"], form["expected"], services]);
  }, "/booked.js");
  const age = { about_months: 26, has_date: false, date: "" };
  const services = { weight: "" };
  expect(told).toEqual([[age, "985121004515220", services], [age, null, services]]);
});

test("a place is given once, and a ticket is read however it is written", async (
  { page, huella },
) => {
  await page.goto(huella.origin);
  const told = await page.evaluate(async ([script, lent]) => {
    const { codeIn, found } = await import(script!);
    const { give, giveUp, hold, shareOf, wanted } = await import(lent!);
    const wrong: string[] = [];
    const is = (what: string, has: unknown, should: unknown) => {
      const [one, other] = [JSON.stringify(has), JSON.stringify(should)];
      if (one !== other) wrong.push(`${what}: ${one} instead of ${other}`);
    };
    const read = [
      "ABCDEFGH27", "abcde-fgh 27", "HTTPS://HOST/T/ABCDEFGH27", "https://h/t/abcdefgh27/",
    ];
    for (const text of read) is(text, codeIn(text), "ABCDEFGH27");
    for (const text of ["", "ABCDEFGH2", "ABCDEFGH10", "12.345.678-5", "María José"]) {
      is(text, codeIn(text), null);
    }

    const door = { shares: [], next: 1, last: 0, came: {} };
    let ids = 0;
    const asked = () => wanted(door, () => String((ids += 1)));
    is("asks for all", [asked().grant.length, asked().numbers], [3, 20]);
    is("asks again for the same", asked().grant.map((one: { id: string }) => one.id), ["1", "2", "3"]);
    is("gives nothing that it has not", give(door, "chip"), null);
    const share = { id: "s", offering: "chip", granted: 2, used: 0 };
    hold(door, { shares: [share], numbers: { first: 7, last: 8 } });
    is("asks for what it lacks", [asked().grant.length, asked().numbers], [2, 0]);
    is("gives a place", give(door, "chip"), { number: 7, share: "s" });
    is("takes a ticket", give(door, null), { number: 8 });
    hold(door, { shares: [share], numbers: null });
    is("the server has not heard of it", shareOf(door, "chip").used, 1);
    is("gives without a number", give(door, "chip"), { number: null, share: "s" });
    hold(door, { shares: [share], numbers: null });
    is("gives none twice", give(door, "chip"), null);
    hold(door, { shares: [], numbers: null });
    is("what was written off is void", door.shares, []);
    hold(door, { shares: [share], numbers: null });
    const full = { id: "f", offering: "chip", granted: 2, used: 2 };
    is("of what is used up nothing comes back", giveUp(door, [full, share]), ["s"]);
    is("what is given back is given no more", give(door, "chip"), null);
    is("and goes before anything is asked for", asked().give_back, ["s"]);
    hold(door, { shares: [], numbers: null });
    is("once", asked().give_back, []);

    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("ABCDEFGH27"));
    const hex = [...new Uint8Array(bytes).slice(0, 4)];
    const tag = hex.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const all = [
      { id: 0, tag: "00000000", line: "\t maria jose nunez soto\trun:12345678-5\t\t" },
      { id: 1, tag, line: "\t pedro nunez soto\trun:11111111-1\t\t" },
      { id: 2, tag: "", line: "" },
    ];
    const who = async (text: string, ways: string[][]) =>
      (await found(all, text, ways)).map((one: { id: number }) => one.id);
    is("by ticket", await who("HTTPS://HOST/T/ABCDEFGH27", []), [1]);
    is("by RUN", await who("12.345.678-5", [["\trun:12345678-5\t"]]), [0]);
    is("by names", await who("jose maria", [[" jose", " maria"]]), [0]);
    is("by surname", await who("nunez", [[" nunez"]]), [0, 1]);
    is("the first way counts", await who("x", [["\tx\t"], [" pedro"], [" nunez"]]), [1]);
    is("everybody", await who("  ", []), [0, 1, 2]);
    is("nobody", await who("Ximena", [[" ximena"]]), []);
    is("another's ticket", await who("AAAAAAAA22", [[" aaaaaaaa22"]]), []);
    return wrong;
  }, ["/door.js", "/lent.js"]);
  expect(told).toEqual([]);
});
