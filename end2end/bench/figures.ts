// Figures of a browser, as lines of JSON in the file that HUELLA_FIGURES names.
import { appendFile } from "node:fs/promises";
import type { Page } from "@playwright/test";

/** The phone of the goals is so many times slower than this machine. */
const SLOWER = 4;

/** The line of the goals, "slow 4G": bytes each second, and milliseconds there and back. */
export const LINE = { down: 1_600_000 / 8, up: 750_000 / 8, latency: 150 };

/**
 * Keeps a figure; `about` says what it is the figure of, where that is not plain, and `limit` what
 * nothing could be better than.
 */
export async function note(id: string, value: number, about = "", limit?: number) {
  const path = process.env.HUELLA_FIGURES;
  if (!path) throw new Error("HUELLA_FIGURES names no file; `cargo xtask bench` sets it");
  await appendFile(path, `${JSON.stringify({ id, value, about, limit })}\n`);
}

/** From here on the page is as slow as the phone of the goals. */
export async function asOnAPhone(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
}

/** From here on what the page asks for goes over the line of the goals. */
export async function asOnTheLine(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LINE.latency,
    downloadThroughput: LINE.down,
    uploadThroughput: LINE.up,
  });
}

/** Ninety-five of a hundred were no larger. */
export function p95(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? Number.NaN;
}
