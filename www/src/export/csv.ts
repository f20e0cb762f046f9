/** What a table or a chart shows, one record a line or mark. */
export type Records = readonly Record<string, string | number>[];

export function csv(records: Records): string {
  const columns = Object.keys(records[0] ?? {});
  const field = (value: string | number | undefined) =>
    typeof value === "number" ? String(value) : `"${(value ?? "").replaceAll('"', '""')}"`;
  const lines = records.map((record) => columns.map((column) => field(record[column])).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}
