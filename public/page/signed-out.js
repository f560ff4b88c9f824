// After signing out at the plain page, as from the coordination or another tab: what this browser
// took along to an outreach is dropped, as the field app does when somebody signs out there. The
// records that wait to be sent lie in another database and stay.
const PACK = "huella-pack";

const drop = async () => {
  // Where the browser does not tell its databases, it may be there.
  const known = await indexedDB.databases?.();
  if (known && !known.some(({ name }) => name === PACK)) return;
  await (await import("/pack.js")).drop();
};
drop().catch(console.warn);
