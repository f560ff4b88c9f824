import { expect, expectAccessible, shot, test } from "../fixtures/test.ts";

test("the server says that it lives @critical", async ({ request }) => {
  const answer = await request.get("/livez");
  expect(answer.status()).toBe(200);
});

for (const [path, status] of [["/ingresar", 200], ["/clave", 200], ["/no-existe", 404]] as const) {
  test(`${path} is accessible and looks right`, async ({ page, silence }) => {
    silence.allow(/status of 404/);
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(status);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expectAccessible(page);
    await shot(page, `smoke${path.replaceAll("/", "-")}`);
  });
}

test("the home page is silent and accessible @critical", async ({ page }) => {
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "home");
});
