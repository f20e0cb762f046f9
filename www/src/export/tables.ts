import type { FigureSpec } from "../figures/spec";
import { csv, type Records } from "./csv";
import { comments, type Provenance } from "./provenance";

const texts = (labels: readonly { text: string }[]): string[] => labels.map((label) => label.text);

/** One line per entry, as statistics programs like it. */
export function csvFile(spec: FigureSpec, origin: Provenance): string {
  return comments(spec.title, origin) + csv(recordsOf(spec));
}

function recordsOf(spec: FigureSpec): Records {
  const rows = texts(spec.rows.labels);
  const cols = texts(spec.cols.labels);
  const { stack, layer, measure } = spec.about;
  return spec.series.flatMap(({ name, head, map }) =>
    Array.from(map.data, (value, i) => {
      const row = Math.floor(i / map.cols);
      const col = i % map.cols;
      return {
        map: name,
        stack,
        layer: layer ?? "mean",
        head,
        measure,
        row,
        row_token: rows[row] ?? "",
        column: col,
        column_token: cols[col] ?? "",
        value,
      };
    }),
  );
}

export function jsonFile(spec: FigureSpec, origin: Provenance): string {
  const rows = texts(spec.rows.labels);
  const { stack, layer, measure } = spec.about;
  return JSON.stringify(
    {
      figure: spec.title,
      ...origin,
      stack,
      layer,
      measure,
      rows,
      columns: texts(spec.cols.labels),
      maps: spec.series.map(({ name, head, map }) => ({
        name,
        head,
        values: rows.map((_, row) =>
          Array.from(map.data.subarray(row * map.cols, (row + 1) * map.cols)),
        ),
      })),
    },
    null,
    1,
  );
}
