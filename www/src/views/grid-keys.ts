/** Arrow keys move between the thumbnails, as in any grid. */
export function rove(event: KeyboardEvent): void {
  const grid = event.currentTarget as HTMLElement;
  const rows = [...grid.querySelectorAll(".plate-row")].map((row) => [
    ...row.querySelectorAll<HTMLElement>(".thumb"),
  ]);
  const r = rows.findIndex((row) => row.includes(document.activeElement as HTMLElement));
  if (r < 0) return;
  const c = rows[r]!.indexOf(document.activeElement as HTMLElement);
  const moves: Record<string, [number, number]> = {
    ArrowUp: [r - 1, c],
    ArrowDown: [r + 1, c],
    ArrowLeft: [r, c - 1],
    ArrowRight: [r, c + 1],
    Home: [r, 0],
    End: [r, rows[r]!.length - 1],
  };
  const to = moves[event.key];
  const next = to && rows[to[0]]?.[to[1]];
  if (!next) return;
  event.preventDefault();
  (document.activeElement as HTMLElement).tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
