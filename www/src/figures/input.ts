import type { Form, Sequence } from "../app/state";
import type { Label } from "../maps/labels";
import type { Palette } from "./palette";
import type { About, FigureSpec, Panel } from "./spec";

export interface Share {
  global: Float32Array;
  local: Float32Array;
}

/** What a figure of one or two maps is made from. */
export interface MapInput {
  id: string;
  title: string;
  summary: string;
  form: Form;
  width: number;
  rowSequence: Sequence;
  colSequence: Sequence;
  rowLabels: readonly Label[];
  colLabels: readonly Label[];
  panels: Panel[];
  about: About;
  share: Share | null;
  palette: Palette;
}

/** The parts of a figure that don't depend on how it is drawn. */
export function base(
  input: MapInput,
): Pick<
  FigureSpec,
  "id" | "title" | "summary" | "anchors" | "rows" | "cols" | "about" | "series" | "palette"
> {
  return {
    id: input.id,
    title: input.title,
    summary: input.summary,
    anchors: [],
    rows: { sequence: input.rowSequence, labels: input.rowLabels },
    cols: { sequence: input.colSequence, labels: input.colLabels },
    about: input.about,
    series: input.panels,
    palette: input.palette,
  };
}
