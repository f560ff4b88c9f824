// Says which names scripts of the pages use and neither declare nor import: a line for each, with
// the script's path before it. Which of them a browser has by itself, the build knows
// (server/xtask/src/site/globals.rs).
//
//   node end2end/assets/unresolved.mjs SCRIPT…
import { readFile } from "node:fs/promises";
import { minify } from "terser";

const AS_TREE = {
  compress: false, mangle: false, module: true, format: { ast: true, code: false },
};
/** What is only passed on from another script (`export { a } from`) is not used here. */
const isUse = ({ TYPE }) => TYPE !== "SymbolExport";

for (const script of process.argv.slice(2)) {
  const text = await readFile(script, "utf8");
  const { ast } = await minify({ [script]: text }, AS_TREE);
  // As terser does before it makes names short.
  ast.figure_out_scope({ module: true });
  for (const [name, { references }] of ast.globals) {
    if (references.some(isUse)) console.log(`${script} ${name}`);
  }
}
