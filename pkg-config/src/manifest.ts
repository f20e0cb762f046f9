/** What is read of a model's manifest before the engine sees it, which checks all of it. */

import { operationError } from "./errors.js";

export interface Manifest {
  name?: string | undefined;
  source_language: string;
  target_language: string;
  files: ManifestFile[];
}

export interface ManifestFile {
  name: string;
  bytes: number;
  /** 64 hexadecimal digits, without which nothing can be told of the content. */
  sha256?: string | undefined;
}

/** OperationError where what is needed to fetch the files is missing or odd. */
export function parseManifest(bytes: Uint8Array): Manifest {
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw operationError("manifest.json isn't JSON");
  }
  const { name, source_language: source, target_language: target, files } = manifest ?? {};
  if (typeof source !== "string" || typeof target !== "string" || !Array.isArray(files)) {
    throw operationError("manifest.json: expected source_language, target_language and files");
  }
  return {
    name: typeof name === "string" ? name : undefined,
    source_language: source,
    target_language: target,
    files: files.map(parseFile),
  };
}

function parseFile(file: unknown): ManifestFile {
  const { name, bytes, sha256 } = (file ?? {}) as Record<string, unknown>;
  // A plain file name: it is joined to the model's address.
  if (typeof name !== "string" || !/^[\w-][\w.-]*$/.test(name) || !isSize(bytes)) {
    throw operationError(`manifest.json: ${JSON.stringify(file)} isn't a file's name and size`);
  }
  const known = typeof sha256 === "string" && /^[\da-f]{64}$/.test(sha256);
  return { name, bytes, sha256: known ? sha256 : undefined };
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}
