// What the phone takes along to an outreach: fetched page by page, each kept as one encrypted block
// with the lines by which its owners are found. It goes on where it stopped. The app asks through
// `window.huellaPack` and hears of changes by the event `huella-pack`.
import { asked, openVault } from "./vault.js";

const DATABASE = "huella-pack";
const REQUEST_MS = 45_000;
const NONE = {
  scope: "",
  block: 0,
  total: 0,
  done: 0,
  more: false,
  as_of: 0,
  is_ready: false,
  gone: [],
};

const written = (transaction) =>
  new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error);
  });

const opened = async () => {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    for (const store of ["keys", "blocks", "state"]) request.result.createObjectStore(store);
  };
  const database = await asked(request);
  return { database, vault: await openVault(database) };
};

let opening;
const store = () => (opening ??= opened());
let busy = false;
let trouble = null;
/** Counts the packs that were dropped: what was on its way for one is not kept for the next. */
let dropped = 0;

const kept = async () => {
  const { database } = await store();
  const found = await asked(database.transaction("state").objectStore("state").get("state"));
  return { ...NONE, ...found };
};

const tell = () => window.dispatchEvent(new Event("huella-pack"));

const drop = async () => {
  dropped += 1;
  const { database } = await store();
  const writing = database.transaction(["blocks", "state"], "readwrite");
  writing.objectStore("blocks").clear();
  writing.objectStore("state").clear();
  await written(writing);
};

const about = (state, block, part) => `${state.scope} ${block} ${part}`;

/** Who has left what was taken along, less those who come again with this page. */
const away = (before, page) => {
  const back = new Set(page.owners.map((owner) => owner.id));
  const all = new Set([...(before.gone ?? []), ...(page.gone ?? [])]);
  return [...all].filter((id) => !back.has(id));
};

/** One page as a block, with the state after it, in one transaction. */
const keep = async (page, before) => {
  const { database, vault } = await store();
  const block = before.block;
  const cards = page.owners.map((owner) => JSON.stringify(owner)).join("\n");
  const sealed = {
    cards: await vault.seal(cards, about(before, block, "cards")),
    lines: await vault.seal(page.lines.join("\n"), about(before, block, "lines")),
  };
  const isFirst = !before.next;
  const begun = isFirst ? page.as_of : before.begun;
  const state = {
    ...before,
    begun,
    block: block + 1,
    next: page.next,
    total: before.is_ready ? before.total : page.total,
    done: before.is_ready ? before.done : before.done + page.owners.length,
    more: before.is_ready ? before.more : page.more,
    // A moment counts once all of its pages are here.
    as_of: page.next ? before.as_of : begun,
    asked_at: Date.now(),
    gone: away(before, page),
    is_ready: before.is_ready || !page.next,
  };
  const writing = database.transaction(["blocks", "state"], "readwrite");
  const isBlank = page.owners.length === 0;
  if (!isBlank) writing.objectStore("blocks").put(sealed, block);
  writing.objectStore("state").put(isBlank ? { ...state, block } : state, "state");
  await written(writing);
  return state.next ? (isBlank ? { ...state, block } : state) : null;
};

const asking = async (outreach, state) => {
  const query = new URLSearchParams();
  if (state.next) query.set("after", state.next);
  if (state.is_ready) query.set("since", state.as_of);
  const answer = await fetch(`/api/v1/field/pack/${outreach}?${query}`, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(REQUEST_MS),
  });
  return { status: answer.status, body: await answer.json() };
};

/** Fetches what is missing, or what has changed since, of an outreach for a person. */
const fetchAll = async (outreach, staff, until) => {
  const scope = `${outreach} ${staff}`;
  let state = await kept();
  if (state.scope !== scope) {
    await drop();
    state = { ...NONE, scope, until };
  }
  const own = dropped;
  while (state) {
    const { status, body } = await asking(outreach, state);
    if (dropped !== own) return;
    if (status !== 200) {
      trouble = { refusal: body.refusal ?? null };
      // Who does not work there any more keeps none of its people.
      if (status === 403) await drop();
      return;
    }
    try {
      state = await keep(body, state);
    } catch (cause) {
      trouble = { is_full: true };
      throw cause;
    }
    tell();
  }
};

window.huellaPack = {
  /** What is here, as JSON; one whose time is over is dropped. */
  state: async () => {
    const state = await kept();
    if (state.scope && state.until < Date.now()) {
      await drop();
      return JSON.stringify(NONE);
    }
    return JSON.stringify({ ...state, gone: undefined, is_busy: busy, trouble });
  },
  fetch: async (outreach, staff, until) => {
    if (busy) return;
    busy = true;
    trouble = null;
    tell();
    // One tab at a time: two would write the same block.
    const locked = navigator.locks?.request.bind(navigator.locks, "huella-pack");
    const work = () => fetchAll(outreach, staff, Number(until));
    await (locked ? locked(work) : work()).catch(() => {
      trouble ??= {};
    });
    busy = false;
    tell();
  },
  drop,
  /** All lines, each with its block and place before it; of an owner the newest, if still there. */
  index: async () => {
    const { database, vault } = await store();
    const state = await kept();
    const reading = database.transaction("blocks").objectStore("blocks");
    const [keys, blocks] = await Promise.all([asked(reading.getAllKeys()), asked(reading.getAll())]);
    const newest = new Map();
    for (const [at, block] of blocks.entries()) {
      const text = await vault.open(block.lines, about(state, keys[at], "lines"));
      for (const [place, line] of text.split("\n").entries()) {
        newest.set(line.slice(0, line.indexOf("\t")), `${keys[at]} ${place}\t${line}`);
      }
    }
    for (const id of state.gone ?? []) newest.delete(id);
    return [...newest.values()].join("\n");
  },
  /** The cards at these places, "block place" each, as a list in JSON. */
  cards: async (places) => {
    const { database, vault } = await store();
    const state = await kept();
    const texts = new Map();
    const found = [];
    for (const [block, place] of places.split(",").map((at) => at.split(" ").map(Number))) {
      if (!texts.has(block)) {
        const one = await asked(database.transaction("blocks").objectStore("blocks").get(block));
        texts.set(block, (await vault.open(one.cards, about(state, block, "cards"))).split("\n"));
      }
      found.push(texts.get(block)[place]);
    }
    return `[${found.join(",")}]`;
  },
};
