/** What an engine is made from, before it is fetched. */

import { folder } from "./addresses.js";

/** A file: where it is, or what it holds. */
export type Part = URL | Uint8Array | (() => Promise<Uint8Array>);

/** A model's files, each found by its name. */
export interface ModelParts {
  manifest: Part;
  /** Undefined for a file that isn't there, of which the engine says more. */
  file(name: string): Part | undefined;
  /** Whether any of them comes over the network. */
  fetched: boolean;
  /** The same for the same files. */
  key: string;
  /** What the store knows it by: the name of a model of the package, another one's first address. */
  id: string;
  /** Whether a download's address is one of them. */
  has(address: string): boolean;
}

export function inFolder(url: URL): ModelParts {
  const { href } = folder(url);
  const manifest = new URL("manifest.json", folder(url));
  return {
    manifest,
    id: manifest.href,
    file: (name) => new URL(name, folder(url)),
    fetched: isFetched(url),
    key: href,
    has: (address) => address.startsWith(href),
  };
}

export function named(
  name: string | undefined,
  manifest: Part,
  files: Readonly<Record<string, Part>>,
): ModelParts {
  const parts = new Map(Object.entries(files));
  const all = [manifest, ...parts.values()];
  const addresses = all.filter((part) => part instanceof URL).map(({ href }) => href);
  return {
    manifest,
    id: name ?? addresses[0] ?? "",
    file: (name) => parts.get(name),
    fetched: all.some(isFetched),
    key: addresses.join(" "),
    has: (address) => addresses.includes(address),
  };
}

/** A manifest that is at hand as an object. */
export function encoded(manifest: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(manifest));
}

export function isFetched(part: Part): boolean {
  return part instanceof URL && part.protocol !== "file:";
}
