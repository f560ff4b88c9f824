// The engine of every iPhone: `HUELLA_BIN=… npx playwright test --config webkit/playwright.config.ts`
import { defineConfig } from "@playwright/test";
import base from "../playwright.config.ts";

export default defineConfig({
  ...base,
  testDir: ".",
  outputDir: "../test-results/webkit",
  projects: [{ name: "sqlite" }],
});
