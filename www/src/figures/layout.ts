import type { Label } from "../maps/labels";
import { short } from "../maps/labels";

export const LABEL_FONT = '"Instrument Sans Variable", "Instrument Sans", system-ui, sans-serif';

const context = document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();

function textWidth(text: string, size: number): number {
  const key = `${size} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (context) context.font = `${size}px ${LABEL_FONT}`;
    width = context ? context.measureText(text).width : text.length * size * 0.55;
    widths.set(key, width);
  }
  return width;
}

/** Widths measured before the page's fonts came are forgotten. */
export function forgetWidths(): void {
  widths.clear();
}

export function widest(labels: readonly Label[], size: number): number {
  return labels.reduce((width, label) => Math.max(width, textWidth(short(label), size)), 0);
}

export interface LabelStyle {
  size: number;
  /** Which labels are drawn: every one, or where they would overlap every second, third, … and the one in focus. */
  every: number;
  /** Column labels lean at 45 degrees where there is room, and stand upright where there isn't. */
  angle: -45 | -90;
}

export function labelStyle(cell: number): LabelStyle {
  return {
    size: Math.max(10, Math.min(14, cell * 0.7)),
    every: Math.max(1, Math.ceil(11 / cell)),
    angle: cell >= 20 ? -45 : -90,
  };
}

/** Room that column labels need above a map, and to its right where they lean. */
export function headRoom(
  labels: readonly Label[],
  style: LabelStyle,
): { top: number; right: number } {
  const width = widest(labels, style.size);
  if (style.angle === -90) return { top: width + 10, right: 4 };
  return { top: width * Math.SQRT1_2 + 16, right: width * Math.SQRT1_2 };
}

export function cellSize(room: number, count: number, largest: number): number {
  const cell = Math.min(largest, room / count);
  return cell > 8 ? Math.floor(cell) : Math.max(2, cell);
}
