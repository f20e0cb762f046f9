/** The two builds of the engine: which runs here, and where its file is. */

import { relaxedWasmBytes, wasmBytes } from "../wasm/build.js";
import { notSupportedError } from "./errors.js";
import { requireSimd, supports } from "./simd.js";
import type { Simd } from "./types.js";

export interface Build {
  simd: Simd;
  url: URL;
  /** As many as are expected. */
  bytes: number;
}

// Bundlers rewrite this form to the files' addresses in their output.
const BUILDS: Record<Simd, { url: URL; bytes: number | undefined }> = {
  simd128: {
    url: new URL("../wasm/lite_transformer_bg.wasm", import.meta.url),
    bytes: wasmBytes,
  },
  "relaxed-simd": {
    url: new URL("../wasm/lite_transformer_relaxed_bg.wasm", import.meta.url),
    // Undefined where the package was built without.
    bytes: relaxedWasmBytes,
  },
};

/** NotSupportedError where the engine lacks what is asked for, or SIMD altogether. */
export function chooseBuild(asked: Simd | undefined, address?: URL): Build {
  const simd = asked ?? (address ? "simd128" : best());
  requireSimd(simd);
  const { url, bytes } = BUILDS[simd];
  if (address) return { simd, url: address, bytes: bytes ?? wasmBytes };
  if (bytes === undefined)
    throw notSupportedError(`simd is "${simd}", but this package was built without it`);
  return { simd, url, bytes };
}

function best(): Simd {
  return BUILDS["relaxed-simd"].bytes !== undefined && supports("relaxed-simd")
    ? "relaxed-simd"
    : "simd128";
}
