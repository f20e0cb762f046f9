/** What the page reads of a bundle's manifest. */
export interface Manifest {
  name: string;
  source_language: string;
  target_language: string;
  architecture: {
    d_model: number;
    vocab_size: number;
    ffn: number;
    cross_heads?: number;
    encoder: LayerShape[];
    decoder: LayerShape[];
  };
  quantisation: { weights: string; bits: number; step?: number } | null;
  files: { name: string; bytes: number; sha256?: string }[];
  licence?: string;
  /** `started_from` says what weights a run went on from; without it the run began from nothing. */
  training?: { update?: number; minutes?: number; started_from?: string };
  scores?: Record<string, unknown>;
}

export interface LayerShape {
  global?: { channels: number; heads: number };
  local?: { channels: number; groups: number; kernel_size: number; kind: string };
}

export async function fetchManifest(name: string): Promise<Manifest | null> {
  const response = await fetch(modelUrl(name, "manifest.json")).catch(() => null);
  // A static host may answer a missing file with its HTML page.
  if (!response?.ok || !response.headers.get("content-type")?.includes("json")) return null;
  return (await response.json()) as Manifest;
}

export function modelUrl(name: string, file = ""): URL {
  return new URL(`models/${name}/${file}`, document.baseURI);
}

/** The manifest's own scores, whichever it has. */
export function scores(manifest: Manifest | null): { set: string; bleu: number }[] {
  return Object.entries(manifest?.scores ?? {}).flatMap(([set, value]) => {
    const bleu = typeof value === "number" ? value : (value as { bleu?: unknown } | null)?.bleu;
    return typeof bleu === "number" ? [{ set, bleu }] : [];
  });
}

/** Test sets by the names that readers know. */
const SETS: Readonly<Record<string, string>> = {
  "tatoeba/test": "Tatoeba",
  "multi30k/test_2016": "Multi30k 2016",
  "news/newstest2014": "newstest2014",
  "iwslt14/test": "IWSLT’14 De-En",
  "flores/devtest": "FLORES-200 devtest",
};

export const setName = (set: string): string => SETS[set] ?? set;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export function modelBytes(manifest: Manifest): number {
  return manifest.files.reduce((sum, file) => sum + file.bytes, 0);
}
