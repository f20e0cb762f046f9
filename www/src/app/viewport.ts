/** Room for a figure's content: the page's width less its margins and a slide's padding, as in page.css. */
export function contentWidth(): number {
  if (document.fullscreenElement) return stageWidth();
  const outer = document.documentElement.clientWidth;
  const margins = outer < 700 ? 60 : outer < 1000 ? 112 : 144;
  return Math.max(280, Math.min(1080, outer - margins));
}

/** On a whole screen: two square maps and what stands between them, no higher than the screen leaves room for. */
function stageWidth(): number {
  const high = 2 * (innerHeight - 400) + 200;
  return Math.max(600, Math.min(innerWidth - 96, high));
}
