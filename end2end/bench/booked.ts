// An outreach that takes bookings, and somebody's ticket, for what is measured of their pages.
import { expect, type Page } from "@playwright/test";
import { asking, codeOf, fillIn } from "../fixtures/booking.ts";
import { day } from "../fixtures/day.ts";
import type { Huella } from "../fixtures/huella.ts";
import { press } from "../fixtures/plan.ts";
import { CHIPS, deed, joined, planned, steps } from "../fixtures/planned.ts";
import { seat } from "../fixtures/seat.ts";

/** Days from today: what is measured at today's outreach goes on as if there were no other. */
const AHEAD = 7;

/** Where they are, and how figures name them: the address of a ticket opens it. */
export interface Booked {
  /** At the desk. */
  sheet: string;
  /** What anybody sees: the outreach, the form of a booking, a ticket. */
  open: { path: string; name: string }[];
}

/** Plans it as the coordinator, opens its bookings, and books a place for somebody. */
export async function booked(page: Page, huella: Huella, name: string): Promise<Booked> {
  await seat(page, huella, "coordinacion", "/coordinacion");
  const when = { held_on: day(AHEAD), starts: "10:00", ends: "13:00" };
  const sheet = await planned(page, { name, ...when });
  await joined(page, sheet, "veterinarian");
  await deed(page, sheet, "servicio", { ...CHIPS, capacity: "8" });
  await steps(page, sheet, "publish", "open");
  const outreach = sheet.replace("/coordinacion", "");
  const form = `${outreach}/reservar`;
  await page.goto(form);
  await fillIn(page, asking("Ana María", "Luna", null));
  await press(page, "Reservar");
  await expect(page.locator("main")).toContainText("Hora reservada");
  const open = [
    { path: outreach, name: "/operativos/{id}" },
    { path: form, name: "/operativos/{id}/reservar" },
    { path: `/T/${codeOf(page)}`, name: "/T/…" },
  ];
  return { sheet, open };
}
