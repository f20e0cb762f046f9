import { html, type TemplateResult } from "lit-html";
import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { State } from "../app/state";
import { bestAligned } from "../maps/alignment";
import { chosen } from "../maps/select";

/** A cell that a step speaks of: in which map, and where. */
export interface MarkedCell {
  branch: "global" | "local" | "cross";
  row: number;
  col: number;
}

/** A step of the guided tour: what it says, what it has the page show, and which cells it speaks of. */
export interface TourStep {
  title: string;
  text: TemplateResult;
  /** The element that it leads to. */
  target: string;
  show: (sentence: SentenceVisualization | null) => Partial<State>;
  marks?: (sentence: SentenceVisualization) => MarkedCell[];
}

const MEAN = { head: "mean", group: "mean", crossHead: "mean" } as const;
/** How every step begins: what the visitor had chosen must not hide what it speaks of. */
const PLAIN = { ...MEAN, form: "matrix", measure: "weight", hover: null } as const;

const lastOf = (sentence: SentenceVisualization | null) => (sentence?.encoder.length ?? 6) - 1;

export const TOUR: readonly TourStep[] = [
  {
    title: "A sentence in pieces",
    text: html`The model doesn't read letters. It cuts a sentence into <strong>tokens</strong>: words, parts of rarer words, and marks.
      Each becomes a list of numbers that six layers work on. One word is underlined: the bars say where it looks.`,
    target: "branches-figure",
    show: () => ({ ...PLAIN, stack: "encoder", layer: 0 }),
  },
  {
    title: "Near",
    text: html`Half of each layer is a <strong class="ink-local">convolution</strong>. In the first layer every token mixes in its two
      neighbours, with weights that are the same at every position: hence the even band. The marked cells are one row's.`,
    target: "branches-figure",
    show: () => ({ ...PLAIN, stack: "encoder", layer: 0 }),
    marks: ({ encoder, source }) => {
      const row = Math.floor(source.length / 2);
      return rowCells(encoder[0]?.local, "local", row, 0.05);
    },
  },
  {
    title: "Far",
    text: html`The other half is <strong class="ink-global">attention</strong>: any token may look at any other. These cells of the last
      layer are its strongest looks across six tokens and more: what the first layer's window could never bring together.`,
    target: "branches-figure",
    show: (sentence) => ({ ...PLAIN, stack: "encoder", layer: lastOf(sentence) }),
    marks: (sentence) =>
      strongestOf(
        sentence.encoder.at(-1)?.global,
        "global",
        5,
        // The end token gathers what nothing else needs; it is no word to look at.
        (row, col) => Math.abs(row - col) >= 6 && col < sentence.source.length - 1,
      ),
  },
  {
    title: "Who looks how far",
    text: html`All heads at once, by how far they look on average. The <strong class="ink-local">amber</strong> dots keep near; the
      <strong class="ink-global">blue</strong> ones are free for the distance. In the deep layers, whose windows are wide, the two meet.`,
    target: "reach-figure",
    show: () => ({ ...PLAIN, stack: "encoder", layer: 0 }),
  },
  {
    title: "Writing looks back only",
    text: html`The <strong>decoder</strong> writes one token at a time. What isn't written yet can't be looked at: those cells are
      hatched. The marked ones are the step where the translation is half done.`,
    target: "branches-figure",
    show: () => ({ ...PLAIN, stack: "decoder", layer: 1 }),
    marks: ({ decoder, target }) => {
      const row = Math.floor(target.length / 2);
      return [
        ...rowCells(decoder[1]?.global, "global", row, 0.1),
        ...rowCells(decoder[1]?.local, "local", row, 0.1),
      ];
    },
  },
  {
    title: "Across",
    text: html`By <strong class="ink-cross">cross-attention</strong> each step looks at the source. Follow the marked cells: where the
      order of the words changes between the languages, they leave the diagonal.`,
    target: "cross-figure",
    show: () => ({ ...PLAIN, stack: "decoder", crossLayer: null }),
    marks: (sentence) => alignmentCells(sentence, bestAligned(sentence)),
  },
  {
    title: "One step behind",
    text: html`The same in the decoder's first layer. The strongest cells lie a row lower: the step only knows the token it has just read,
      and asks where <em>that</em> came from. It takes a few layers to turn to what is to be written.`,
    target: "cross-figure",
    show: () => ({ ...PLAIN, stack: "decoder", crossLayer: 0 }),
    marks: (sentence) => alignmentCells(sentence, 0),
  },
  {
    title: "Why split?",
    text: html`In a standard Transformer the same heads must do both, and many end up next door. Its dots lie right of the Lite
      Transformer's blue ones: more of their weight stays within two tokens.`,
    target: "split-figure",
    show: () => ({ ...PLAIN }),
  },
  {
    title: "What it costs",
    text: html`Half the channels in attention and flat feed-forward layers: less than half of a Transformer's multiply-adds at the same
      width. Turn the dials and see where the work goes.`,
    target: "cost",
    show: () => ({ ...PLAIN }),
  },
];

/** What the step in progress marks on the page's sentence. */
export function tourMarks(
  step: number | null,
  sentence: SentenceVisualization,
): readonly MarkedCell[] {
  return (step === null ? undefined : TOUR[step]?.marks?.(sentence)) ?? [];
}

/** The cells of a row that hold at least a share of its weight. */
function rowCells(
  maps: readonly Map2D[] | undefined,
  branch: MarkedCell["branch"],
  row: number,
  least: number,
): MarkedCell[] {
  const map = chosen(maps, "mean");
  if (!map) return [];
  const values = Array.from(map.data.subarray(row * map.cols, (row + 1) * map.cols));
  return values.flatMap((value, col) => (value >= least ? [{ branch, row, col }] : []));
}

function strongestOf(
  maps: readonly Map2D[] | undefined,
  branch: MarkedCell["branch"],
  count: number,
  allowed: (row: number, col: number) => boolean,
): MarkedCell[] {
  const map = chosen(maps, "mean");
  if (!map) return [];
  return Array.from(map.data, (value, i) => ({
    branch,
    row: Math.floor(i / map.cols),
    col: i % map.cols,
    value,
  }))
    .filter(({ row, col }) => allowed(row, col))
    .sort((a, b) => b.value - a.value)
    .slice(0, count)
    .map(({ branch, row, col }) => ({ branch, row, col }));
}

/** Of every word the cell of its strongest look across, where it is a strong one. */
function alignmentCells({ decoder, source }: SentenceVisualization, layer: number): MarkedCell[] {
  const map = chosen(decoder[layer]?.cross, "mean");
  if (!map) return [];
  return Array.from({ length: map.rows - 1 }, (_, row) => {
    let best = 0;
    for (let col = 1; col < source.length - 1; col++)
      if (map.data[row * map.cols + col]! > map.data[row * map.cols + best]!) best = col;
    return { branch: "cross" as const, row, col: best, value: map.data[row * map.cols + best]! };
  }).filter(({ value }) => value > 0.25);
}
