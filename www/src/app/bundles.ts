import { type Bundle, INDEX } from "../bundles/bundle";
import type { Pair } from "./state";

/** What is deployed; rejects where the list can't be had. */
export async function fetchBundles(): Promise<Bundle[]> {
  const response = await fetch(new URL(INDEX, document.baseURI));
  if (!response.ok) throw new Error(`${INDEX} is not there (status ${response.status}).`);
  return ((await response.json()) as { models: Bundle[] }).models;
}

/** The bundle that the page translates with: one with both branches, or what there is. */
export function bundleFor(bundles: readonly Bundle[], pair: Pair): Bundle | null {
  const serving = bundles.filter((one) => serves(one, pair));
  return serving.find((one) => one.branches.includes("local")) ?? serving[0] ?? null;
}

/** The standard Transformer for a pair, if the page's own model is another. */
export function plainFor(bundles: readonly Bundle[], pair: Pair): Bundle | null {
  const plain = bundles.find((one) => serves(one, pair) && !one.branches.includes("local"));
  return plain && plain !== bundleFor(bundles, pair) ? plain : null;
}

export const turned = ({ source, target }: Pair): Pair => ({ source: target, target: source });

export const samePair = (a: Pair, b: Pair): boolean =>
  a.source === b.source && a.target === b.target;

const serves = (bundle: Bundle, pair: Pair): boolean =>
  bundle.source_language === pair.source && bundle.target_language === pair.target;
