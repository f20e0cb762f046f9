// Runs a program built for wasm32-wasip1 in Node: `node --no-warnings tests/wasi.mjs PROGRAM [ARGUMENTS]`.
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { WASI } from "node:wasi";

// Node 20 has relaxed SIMD behind a flag, and there its baseline compiler still gets the dot product wrong.
if (Number.parseInt(process.versions.node, 10) < 22) {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  setFlagsFromString("--no-liftoff");
}

const [program, ...rest] = process.argv.slice(2);
const wasi = new WASI({
  version: "preview1",
  args: [program, ...rest],
  preopens: { ".": process.cwd() },
  returnOnExit: true,
});
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
