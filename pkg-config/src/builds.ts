/** The two builds of the engine: which runs here, and where its file is. */

import { relaxedWasmBytes, wasmBytes } from "../wasm/build.js";
import { ownAddress } from "./addresses.js";
import { notSupportedError } from "./errors.js";
import type { Part } from "./parts.js";
import { requireSimd, supports } from "./simd.js";
import type { Simd } from "./types.js";

export interface Build {
  simd: Simd;
  file: Part;
  /** As many as are expected. */
  bytes: number;
}

interface BuildFile {
  /** Undefined where the package was built without. */
  bytes: number | undefined;
  find(packageUrl: URL | undefined): Part;
}

const builds: Record<Simd, BuildFile> = {
  simd128: {
    bytes: wasmBytes,
    find: (packageUrl) =>
      ownAddress(
        "wasm/lite_transformer_bg.wasm",
        () => new URL("../wasm/lite_transformer_bg.wasm", import.meta.url),
        packageUrl,
      ),
  },
  "relaxed-simd": {
    bytes: relaxedWasmBytes,
    find: (packageUrl) =>
      ownAddress(
        "wasm/lite_transformer_relaxed_bg.wasm",
        () => new URL("../wasm/lite_transformer_relaxed_bg.wasm", import.meta.url),
        packageUrl,
      ),
  },
};

/** What the choice of a build depends on. */
export interface BuildRequest {
  simd?: Simd | undefined;
  wasmUrl?: URL | undefined;
  packageUrl?: URL | undefined;
}

/** NotSupportedError where the engine lacks what is asked for, or SIMD altogether. */
export function chooseBuild({ simd: asked, wasmUrl, packageUrl }: BuildRequest): Build {
  const simd = asked ?? (wasmUrl ? "simd128" : best());
  requireSimd(simd);
  const { bytes, find } = builds[simd];
  if (wasmUrl) return { simd, file: wasmUrl, bytes: bytes ?? wasmBytes };
  if (bytes === undefined)
    throw notSupportedError(`simd is "${simd}", but this package was built without it`);
  return { simd, file: find(packageUrl), bytes };
}

/** For a package in one file: the baseline, which runs everywhere, is all there is. */
export function useInlineBuild(file: Part): void {
  builds.simd128.find = () => file;
  builds["relaxed-simd"].bytes = undefined;
}

function best(): Simd {
  return builds["relaxed-simd"].bytes !== undefined && supports("relaxed-simd")
    ? "relaxed-simd"
    : "simd128";
}
