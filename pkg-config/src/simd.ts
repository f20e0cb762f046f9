/** Which of the package's two builds of the engine can run here. */

import { notSupportedError } from "./errors.js";
import type { Simd } from "./types.js";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** Modules of one function each, in the binary format; an engine that lacks the instruction finds them invalid. */
const PROBES: Record<Simd, readonly number[]> = {
  // () -> v128: i32.const 0, i8x16.splat
  simd128: [1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 8, 1, 6, 0, 0x41, 0, 0xfd, 15, 11],
  // (v128, v128) -> v128: local.get 0, local.get 1, i16x8.relaxed_dot_i8x16_i7x16_s
  "relaxed-simd": [
    1, 7, 1, 0x60, 2, 0x7b, 0x7b, 1, 0x7b, 3, 2, 1, 0, 10, 11, 1, 9, 0, 0x20, 0, 0x20, 1, 0xfd,
    0x92, 2, 11,
  ],
};

const NEEDS: Record<Simd, string> = {
  simd128:
    "WebAssembly SIMD, which Chrome and Edge 91, Firefox 89, Safari 16.4, Node 16.4 and everything newer have",
  "relaxed-simd":
    "WebAssembly relaxed SIMD, which Chrome and Edge 114, Node 21 and everything newer have, and Node 20 with --experimental-wasm-relaxed-simd",
};

const known = new Map<Simd, boolean>();

export function supports(simd: Simd): boolean {
  let supported = known.get(simd);
  if (supported === undefined) {
    supported =
      typeof WebAssembly === "object" &&
      WebAssembly.validate(new Uint8Array([...HEADER, ...PROBES[simd]]));
    known.set(simd, supported);
  }
  return supported;
}

export function requireSimd(simd: Simd): void {
  if (!supports(simd)) throw notSupportedError(`this engine lacks ${NEEDS[simd]}`);
}
