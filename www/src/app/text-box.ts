/** The box that one writes in. */
const box = () => document.getElementById("source") as HTMLTextAreaElement | null;

/**
 * Puts a text in place of the box's as if it were typed, so that the browser's undo brings the old one back. The box
 * then says "input" itself. False where there is no box, or the browser no longer knows this way of writing.
 */
export function typeOver(text: string): boolean {
  const area = box();
  if (!area) return false;
  if (area.value === text) return true;
  const before = document.activeElement;
  area.focus({ preventScroll: true });
  area.select();
  const written = text
    ? document.execCommand("insertText", false, text)
    : document.execCommand("delete");
  // A phone's keyboard stays away unless it was there already.
  if (before !== area) {
    area.blur();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
  return written && area.value === text;
}

/** Where the box has its caret; 0 where there is no box. */
export const caretOf = (): number => box()?.selectionStart ?? 0;
