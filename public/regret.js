// What was tapped is done a moment later, so that it can be taken back until then: at once when
// something else is tapped, or the app is left.

/** So long it can be taken back, in milliseconds. */
const UNDO_MS = 3_000;

/** What waits; none as a rule. */
let waiting = null;

/** Whether it was meant, once that is known; `key` names what was tapped. */
export const meant = async (key) => {
  const answer = await new Promise((end) => {
    waiting = { key, end };
    setTimeout(end, UNDO_MS, true);
  });
  waiting = null;
  return answer;
};

/** Whether something waits. */
export const waits = () => waiting !== null;

/** Whether it is this. */
export const isSame = (key) => Boolean(key) && waiting?.key === key;

/** It was meant. */
export const hurry = () => waiting?.end(true);

/** It was not. */
export const takeBack = () => waiting?.end(false);

document.addEventListener("visibilitychange", () => document.hidden && hurry());
