import type { LayerMaps, Map2D, SentenceVisualization } from "lite-transformer";
import type { ModelName, Pairing } from "../app/pairing";

interface PackedMap {
  rows: number;
  cols: number;
  max: number;
  /** A byte an entry in base64: 255 is `max`. */
  data: string;
}

interface PackedLayer {
  global: PackedMap[];
  local: PackedMap[];
  kernelSize?: number;
}

type Recorded = Pick<SentenceVisualization, "text" | "translation" | "source" | "target"> & {
  model: string;
  sha256: string;
  encoder: PackedLayer[];
  decoder: PackedLayer[];
};

/** The sentence that `npm run record-split -w www` has put through both models, fetched when it is needed. */
export async function recordedPairing(): Promise<Pairing> {
  const { default: file } = await import("./split.json");
  const { lite, plain } = file as Record<"lite" | "plain", Recorded>;
  return {
    lite: unpacked(lite),
    plain: unpacked(plain),
    models: { lite: modelOf(lite), plain: modelOf(plain) },
    recorded: true,
  };
}

const modelOf = ({ model, sha256 }: Recorded): ModelName => ({
  name: model,
  files: [{ name: "weights.bin", bytes: 0, sha256 }],
});

function unpacked({
  text,
  translation,
  source,
  target,
  encoder,
  decoder,
}: Recorded): SentenceVisualization {
  // What the figure doesn't show wasn't recorded: the search, the words, the attention to the source.
  return {
    start: 0,
    end: text.length,
    text,
    translation,
    source,
    target,
    score: 0,
    confidence: 1,
    alternatives: [],
    candidates: [],
    beam: [],
    alignments: [],
    tokens: [],
    alignedLayer: 0,
    encoder: encoder.map(layer),
    decoder: decoder.map(layer),
  };
}

/** The figure shows no shares. */
const NONE = { global: new Float32Array(), local: new Float32Array() };

const layer = ({ global, local, kernelSize }: PackedLayer): LayerMaps => ({
  global: global.map(map),
  local: local.map(map),
  share: NONE,
  ...(kernelSize ? { kernelSize } : {}),
});

function map({ rows, cols, max, data }: PackedMap): Map2D {
  const values = Float32Array.from(atob(data), (byte) => (byte.charCodeAt(0) / 255) * max);
  return { data: values, rows, cols };
}
