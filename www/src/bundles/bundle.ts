/** A model that is deployed with the site, as models/index.json lists it. */
export interface Bundle {
  /** Its folder under models/. */
  name: string;
  source_language: string;
  target_language: string;
  /** The branches that its layers have; a standard Transformer has "global" alone. */
  branches: ("global" | "local")[];
  bytes: number;
  /** The bytes of its files in gzip, which a server may send instead. */
  gzip: number;
}

/** Where the list lies, from the site's root. */
export const INDEX = "models/index.json";
