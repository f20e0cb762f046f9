import { html, svg, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { State, Theme } from "../app/state";

/** The project's mark: a five by five map, its diagonal band in the local branch's colour. */
export const mark = html`
  <svg class="mark" viewBox="0 0 25 25" width="25" height="25" aria-hidden="true">
    ${Array.from({ length: 25 }, (_, i) => {
      const row = Math.floor(i / 5);
      const col = i % 5;
      const near = Math.abs(row - col) <= 1;
      return svg`<rect x=${col * 5 + 0.5} y=${row * 5 + 0.5} width="4" height="4" rx="1" class=${near ? "near" : "far"} />`;
    })}
  </svg>
`;

const NEXT: Record<Theme, Theme> = { auto: "dark", dark: "light", light: "auto" };
const NAME: Record<Theme, string> = { auto: "Auto", dark: "Dark", light: "Light" };

export function masthead(state: State, actions: Actions): TemplateResult {
  return html`
    <header class="masthead" id="masthead" tabindex="-1">
      <a class="brand" href="#top" @click=${jump}>${mark}<span>Lite Transformer</span></a>
      <nav aria-label="Sections">
        <a href="#branches" @click=${jump}>Two branches</a>
        <a href="#all-maps" @click=${jump}>All maps</a>
        <a href="#decoding" @click=${jump}>Decoding</a>
        <a href="#why-split" @click=${jump}>Why split?</a>
        <a href="#cost" @click=${jump}>Cost</a>
        <a href="#about" @click=${jump}>About</a>
      </nav>
      <button
        type="button"
        class="quiet theme"
        aria-label=${`Colours: ${NAME[state.theme]}. Switch to ${NAME[NEXT[state.theme]]}`}
        @click=${() => actions.setTheme(NEXT[state.theme])}
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5" />
          <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
        </svg>
        ${NAME[state.theme]}
      </button>
    </header>
  `;
}

/** Scrolls without touching the address: what follows "#" there is the permalink. */
export function jump(event: Event): void {
  event.preventDefault();
  const id = (event.currentTarget as HTMLAnchorElement).hash.slice(1);
  const target = document.getElementById(id);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target?.scrollIntoView({ behavior: calm ? "instant" : "smooth" });
  target?.focus({ preventScroll: true });
}
