/** What an engine is made from, before it is fetched. */

import { folder, isOnTheWeb } from "./addresses.js";

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
  /** By what the browser's store knows the model; undefined for one that doesn't come from the web. */
  id: string | undefined;
  /** Whether a download's address is one of them. */
  has(address: string): boolean;
}

export function inFolder(url: URL): ModelParts {
  const { href } = folder(url);
  const manifest = new URL("manifest.json", folder(url));
  return {
    manifest,
    file: (name) => new URL(name, folder(url)),
    fetched: isFetched(url),
    key: href,
    id: isOnTheWeb(url) ? manifest.href : undefined,
    has: (address) => address.startsWith(href),
  };
}

/** A package's own model has a name, by which it is kept wherever its files lie. */
export function named(
  manifest: Part,
  files: Readonly<Record<string, Part>>,
  name?: string,
): ModelParts {
  const parts = new Map(Object.entries(files));
  const all = [manifest, ...parts.values()];
  const urls = all.filter((part) => part instanceof URL);
  const addresses = urls.map(({ href }) => href);
  return {
    manifest,
    file: (name) => parts.get(name),
    fetched: all.some(isFetched),
    key: addresses.join(" "),
    id: urls.some(isOnTheWeb) ? (name ?? addresses[0]) : undefined,
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
