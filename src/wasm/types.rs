//! The types of the plain objects, for TypeScript.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface RawSegment { start: number; end: number; kind: "sentence" | "layout"; split: boolean }
export interface RawCutting { lineBreaks?: "keep" | "join" }
export interface RawDecoding extends RawCutting {
    beamSize?: number;
    lengthPenalty?: number;
    nBest?: number;
    prefix?: string;
    alignments?: boolean;
}
export interface RawPart {
    side: "encoder" | "decoder";
    layer: number;
    branch: "global" | "local" | "cross";
    head?: number;
}
export interface RawVisualizeOptions extends RawDecoding { measure?: "weight" | "contribution"; without?: RawPart[] }
export interface RawEntry extends RawPart { head: number; row: number; column: number }
export interface RawCellOptions extends RawDecoding { cell: RawEntry; without?: RawPart[] }
export interface RawTap { offset: number; position: number | undefined; weight: number; values: Float32Array }
export type RawCell =
    | {
        kind: "attention";
        query: Float32Array;
        key: Float32Array;
        value: Float32Array;
        scores: Float32Array;
        weights: Float32Array;
        output: Float32Array;
    }
    | { kind: "convolution"; taps: RawTap[]; output: Float32Array };
export interface RawAlternative { text: string; score: number }
export interface RawRange { start: number; end: number }
export interface RawAlignment { source: RawRange; target: RawRange; weight: number }
export interface RawTokenProbability { text: string; start: number; end: number; probability: number }
export interface RawTranslation {
    text: string;
    score: number;
    confidence: number;
    /** The sentence is in this language, the target's, and came back as it is. */
    detectedLanguage?: "de" | "en";
    /** Target tokens. */
    length: number;
    alternatives: RawAlternative[];
    truncated: boolean;
    split: boolean;
    /** Where they were asked for. */
    alignments?: RawAlignment[];
    tokens?: RawTokenProbability[];
}
export interface RawToken { text: string; piece: string; id: number; start: number; end: number }
export interface RawMap { data: Float32Array; rows: number; cols: number }
export interface RawLayer {
    global: RawMap[];
    local: RawMap[];
    cross?: RawMap[];
    share: { global: Float32Array; local: Float32Array };
    kernelSize?: number;
}
export interface RawCandidate { id: number; piece: string; probability: number }
export interface RawBeamNode {
    parent: number | undefined;
    id: number;
    piece: string;
    logProbability: number;
    kept: boolean;
    score: number | undefined;
}
export interface RawVisualization {
    translation: string;
    score: number;
    confidence: number;
    detectedLanguage?: "de" | "en";
    source: RawToken[];
    target: RawToken[];
    candidates: RawCandidate[][];
    alternatives: RawAlternative[];
    alignments: RawAlignment[];
    tokens: RawTokenProbability[];
    beam: RawBeamNode[][];
    alignedLayer: number;
    /** Where parts of the model were left out. */
    whole?: { translation: string; score: number; scoreWithout: number };
    encoder: RawLayer[];
    decoder: RawLayer[];
}
export interface RawModuleCost { name: string; parameters: number; multAdds: number }
export interface RawCost {
    sourceTokens: number;
    targetTokens: number;
    parameters: number;
    multAdds: number;
    modules: RawModuleCost[];
}
"#;
