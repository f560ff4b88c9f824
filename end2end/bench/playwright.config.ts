// Run by `cargo xtask bench`, on the released binary; each spec writes what it measured.
import { defineConfig } from "@playwright/test";
import base from "../playwright.config.ts";

export default defineConfig({
  ...base,
  testDir: ".",
  outputDir: "../test-results/bench",
  // Two at once would measure each other.
  workers: 1,
  timeout: 300_000,
  use: { ...base.use, screenshot: "off", trace: "off" },
  projects: [{ name: "sqlite" }],
});
