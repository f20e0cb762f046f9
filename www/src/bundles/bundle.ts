/** A model that is deployed with the site, as models/index.json lists it. */
export interface Bundle {
  /** Its folder under models/. */
  name: string;
  source_language: string;
  target_language: string;
  /** How large it is, for a bundle that is named after its languages, such as de-en-large. */
  size?: Size | undefined;
  /** The branches that its layers have; a standard Transformer has "global" alone. */
  branches: ("global" | "local")[];
  bytes: number;
  /** The bytes of its files in gzip, which a server may send instead. */
  gzip: number;
}

/** From the smallest on. */
export const SIZES = ["nano", "small", "large"] as const;

export type Size = (typeof SIZES)[number];

/** As the npm package has them: a pair's small model has no suffix. */
export function sizeOf(name: string, source: string, target: string): Size | undefined {
  const pair = `${source}-${target}`;
  return SIZES.find((size) => name === (size === "small" ? pair : `${pair}-${size}`));
}

/** Where the list lies, from the site's root. */
export const INDEX = "models/index.json";
