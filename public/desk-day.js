// The board of an outreach's day renews itself: what changed is asked for whole and put in the
// place of what was there. The forms beside it are not touched, and a part in which somebody is
// about to do something waits for the next turn.
const EVERY = 15_000;

const isInUse = (part) =>
  part.contains(document.activeElement) || part.querySelector("details[open]") !== null;

async function renew() {
  if (document.hidden) return;
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
  // Signed out, or closed to this person: the page they have still says what it said.
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = page.getElementById(part.id);
    if (newer && !isInUse(part)) part.replaceWith(document.importNode(newer, true));
  }
}

// Without signal the next turn tries again.
setInterval(() => renew().catch(() => {}), EVERY);
