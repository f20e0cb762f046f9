/** Which of the package's two builds of the engine can run here. */

import { notSupportedError } from "./errors.js";
import type { Simd } from "./types.js";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** Modules of one function each, in the binary format; an engine that lacks the instruction finds them invalid. */
const PROBES: Record<Simd, readonly number[]> = {
  // () -> v128: i32.const 0, i8x16.splat
  simd128: [1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 8, 1, 6, 0, 0x41, 0, 0xfd, 15, 11],
  // "" (a, b, c) -> i32: lane 0 of i32x4.relaxed_dot_i8x16_i7x16_add_s of the splats of a and b (bytes) and c
  "relaxed-simd": [
    1, 8, 1, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f, 3, 2, 1, 0, 7, 4, 1, 0, 0, 0, 10, 0x16, 1, 0x14, 0,
    0x20, 0, 0xfd, 15, 0x20, 1, 0xfd, 15, 0x20, 2, 0xfd, 0x11, 0xfd, 0x93, 2, 0xfd, 0x1b, 0, 11,
  ],
};

const NEEDS: Record<Simd, string> = {
  simd128:
    "WebAssembly SIMD, which Chrome and Edge 91, Firefox 89, Safari 16.4, Node 16.4 and everything newer have",
  "relaxed-simd":
    "WebAssembly relaxed SIMD, which Chrome and Edge 114, Node 22 and everything newer have",
};

const known = new Map<Simd, boolean>();

export function supports(simd: Simd): boolean {
  let supported = known.get(simd);
  if (supported === undefined) {
    const probe = new Uint8Array([...HEADER, ...PROBES[simd]]);
    supported =
      typeof WebAssembly === "object" &&
      WebAssembly.validate(probe) &&
      (simd === "simd128" || addsUp(probe));
    known.set(simd, supported);
  }
  return supported;
}

/** Whether relaxed dot products are right: with a flag, Node 20's baseline compiler counts them twice and drops the sum before. */
function addsUp(probe: Uint8Array<ArrayBuffer>): boolean {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(probe));
  const dot = exports[""] as (a: number, b: number, c: number) => number;
  return dot(3, 5, 7) === 4 * 3 * 5 + 7;
}

export function requireSimd(simd: Simd): void {
  if (!supports(simd)) throw notSupportedError(`this engine lacks ${NEEDS[simd]}`);
}
