import { type Bundle, INDEX, SIZES } from "../bundles/bundle";
import type { Pair } from "./state";

/** What is deployed; rejects where the list can't be had. */
export async function fetchBundles(): Promise<Bundle[]> {
  const response = await fetch(new URL(INDEX, document.baseURI));
  if (!response.ok) throw new Error(`${INDEX} is not there (status ${response.status}).`);
  return ((await response.json()) as { models: Bundle[] }).models;
}

/** The bundles that the page can translate with, the smallest first: those with both branches, or what there is. */
export function bundlesFor(bundles: readonly Bundle[], pair: Pair): Bundle[] {
  const rank = ({ size }: Bundle) => (size ? SIZES.indexOf(size) : SIZES.length);
  const serving = bundles.filter((one) => serves(one, pair)).sort((a, b) => rank(a) - rank(b));
  const split = serving.filter((one) => one.branches.includes("local"));
  return split.length ? split : serving;
}

/**
 * The one that it does translate with: the visitor's choice, or the small one, or the first. The large one translates
 * better, but its download, which the first translation waits for, is three times as long (docs/page.md).
 */
export function bundleFor(
  bundles: readonly Bundle[],
  pair: Pair,
  variant: string | null,
): Bundle | null {
  const own = bundlesFor(bundles, pair);
  return own.find((one) => one.name === variant) ?? standardOf(own) ?? null;
}

/** The one of a pair's bundles that is taken unless the visitor chooses. */
export function standardOf(own: readonly Bundle[]): Bundle | undefined {
  return own.find((one) => one.size === "small") ?? own[0];
}

/** The bundle's name in a link: null where the page would take it anyway. */
export function variantOf(bundles: readonly Bundle[], pair: Pair, bundle: Bundle | undefined) {
  return bundle && bundle !== standardOf(bundlesFor(bundles, pair)) ? bundle.name : null;
}

/** The standard Transformer for a pair, if the page's own model is another. */
export function plainFor(bundles: readonly Bundle[], pair: Pair): Bundle | null {
  const plain = bundles.find((one) => serves(one, pair) && !one.branches.includes("local"));
  return plain && !bundlesFor(bundles, pair).includes(plain) ? plain : null;
}

export const turned = ({ source, target }: Pair): Pair => ({ source: target, target: source });

export const samePair = (a: Pair, b: Pair): boolean =>
  a.source === b.source && a.target === b.target;

const serves = (bundle: Bundle, pair: Pair): boolean =>
  bundle.source_language === pair.source && bundle.target_language === pair.target;
