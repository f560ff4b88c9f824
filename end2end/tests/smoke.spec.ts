import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test("the server says that it lives @critical", async ({ request }) => {
  const answer = await request.get("/livez");
  expect(answer.status()).toBe(200);
});

test("the home page is silent and accessible @critical", async ({ page }) => {
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "home");
});
