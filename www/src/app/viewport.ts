/** Room for a figure's content: the page's width less its margins and a slide's padding, as in page.css. */
export function contentWidth(): number {
  const outer = document.documentElement.clientWidth;
  const margins = outer < 700 ? 60 : outer < 1000 ? 112 : 144;
  return Math.max(280, Math.min(1080, outer - margins));
}
