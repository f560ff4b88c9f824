// Run by `cargo xtask test`. By hand, after `cargo xtask build`:
//   cargo xtask postgres -- sh -c 'cd end2end && HUELLA_BIN=… npx playwright test'
// or without PostgreSQL: HUELLA_BIN=… npx playwright test --project=sqlite
import { defineConfig } from "@playwright/test";
import type { Options } from "./fixtures/test.ts";

const QUIET_CHROMIUM = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig<object, Options>({
  testDir: "./tests",
  outputDir: "./test-results",
  // Each worker has servers, mail and databases of its own; a good part of a journey is waiting. Three
  // keep two cores so busy that a page now and then came to life after it was pressed. What is
  // measured is measured by `bench`.
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  timeout: 120_000,
  // Longer than a page needs on a machine that does other things; who passes waits for none of it.
  expect: { timeout: 20_000 },
  use: {
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    locale: "es-CL",
    timezoneId: "America/Santiago",
    screenshot: "only-on-failure",
    // What was done, one after the other. Films and snapshots of every page, also of those of tests
    // that pass, are much of the work of a run: `--trace retain-on-failure` makes them.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false },
    launchOptions: {
      executablePath: process.env.HUELLA_CHROMIUM || "/usr/bin/chromium",
      args: QUIET_CHROMIUM,
    },
  },
  projects: [
    { name: "sqlite", use: { database: "sqlite" } },
    { name: "postgres", use: { database: "postgres" }, grep: /@critical/ },
  ],
});
