/** The Worker's script as text. `xtask/entries.mjs` makes it from `src/worker.ts`. */
declare const source: string;
export default source;
