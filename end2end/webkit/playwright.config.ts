// The engine of every iPhone. Run by `cargo xtask test`. By hand, after `cargo xtask build`:
//   cd end2end && HUELLA_BIN=… npx playwright test --config webkit/playwright.config.ts
import { defineConfig } from "@playwright/test";
import type { Options } from "../fixtures/test.ts";

export default defineConfig<object, Options>({
  testDir: ".",
  outputDir: "../test-results/webkit",
  // Each worker has a server and a browser of its own, on a screen of its own.
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  timeout: 100_000,
  expect: { timeout: 10_000 },
  use: { data: "demonstration", database: "sqlite" },
});
