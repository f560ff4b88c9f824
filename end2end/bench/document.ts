// A document of the demonstration, for what is measured of its verification.
import type { Page } from "@playwright/test";
import { register } from "../fixtures/register.ts";
import { chip, run } from "../fixtures/visit.ts";

/** The verification page of a document made now, as whoever is signed in on the page. */
export async function verification(page: Page): Promise<string> {
  const wanted = { document: run(), address: null, chip: chip(), name: "Luna" };
  const answer = await register(page, wanted);
  const link = answer.documents?.[0]?.link;
  if (!link) throw new Error(`no document: ${JSON.stringify(answer)}`);
  return `/V/${link.split("/V/")[1]}`;
}
