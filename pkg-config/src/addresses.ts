/** Where the package's own files are, wherever a bundler has put them. */

import { networkError } from "./errors.js";

/** What relative addresses are relative to: the page's address, or the Worker's. */
export function baseUrl(): string | undefined {
  return typeof document === "undefined"
    ? (globalThis as { location?: { href: string } }).location?.href
    : document.baseURI;
}

/**
 * The address of one of the package's files: below `packageUrl` where that is given, else what a literal
 * `new URL("…", import.meta.url)` gives, the form that bundlers know and replace.
 */
export function ownAddress(path: string, literal: () => URL, packageUrl: URL | undefined): URL {
  if (packageUrl) return new URL(path, folder(packageUrl));
  try {
    // Some bundlers' stand-ins for a URL are relative to the page.
    return new URL(String(literal()), baseUrl());
  } catch {
    throw networkError(`${path} has no address here. ${ADVICE}`);
  }
}

/** A folder's address, with or without the slash. */
export function folder(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.pathname}/${url.search}`, url);
}

/** Files on disk (an extension's, a blob's) are at hand and need not be kept. */
export function isOnTheWeb(url: URL): boolean {
  return url.protocol === "https:" || url.protocol === "http:";
}

const ADVICE =
  "If a bundler has moved the package's code away from its files: copy the folder node_modules/lite-transformer " +
  'to the site and add packageUrl: "/lite-transformer/", its address there, to the options of create(), or import ' +
  'from "lite-transformer/inline/de-en-nano", which needs no files.';

/** An error about the package's own files says what a bundler may have done to them. */
export function advising(error: unknown): unknown {
  if (!(error instanceof DOMException) || error.message.includes(ADVICE)) return error;
  if (error.name !== "NetworkError" && error.name !== "OperationError") return error;
  return new DOMException(`${error.message.replace(/\.?$/, ".")} ${ADVICE}`, error.name);
}
