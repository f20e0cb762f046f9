import { type Bundle, INDEX } from "../bundles/bundle";
import type { Pair } from "./state";

/** What is deployed; rejects where the list can't be had. */
export async function fetchBundles(): Promise<Bundle[]> {
  const response = await fetch(new URL(INDEX, document.baseURI));
  if (!response.ok) throw new Error(`${INDEX} is not there (status ${response.status}).`);
  return ((await response.json()) as { models: Bundle[] }).models;
}

/** The bundles that the page can translate with: those with both branches, or what there is. */
export function bundlesFor(bundles: readonly Bundle[], pair: Pair): Bundle[] {
  const serving = bundles.filter((one) => serves(one, pair));
  const split = serving.filter((one) => one.branches.includes("local"));
  return split.length ? split : serving;
}

/** The one that it does translate with: the visitor's choice, or the first. */
export function bundleFor(
  bundles: readonly Bundle[],
  pair: Pair,
  variant: string | null,
): Bundle | null {
  const own = bundlesFor(bundles, pair);
  return own.find((one) => one.name === variant) ?? own[0] ?? null;
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
