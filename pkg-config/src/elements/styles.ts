/** The elements' own look; pages change it by custom properties and parts. */

import { css } from "../vendor/lit.js";

/** They follow the page's `color-scheme`. */
export const theme = css`
  :host {
    --_ground: var(--lite-ground, light-dark(#ffffff, #151920));
    --_ink: var(--lite-ink, light-dark(#16181d, #e9ebf0));
    --_muted: var(--lite-muted, light-dark(#59606c, #9ba4b3));
    --_rule: var(--lite-rule, light-dark(#8b93a1, #6d7584));
    --_accent: var(--lite-accent, light-dark(#2c53bd, #93acf8));
    --_error: var(--lite-error, light-dark(#a3261d, #ff9d92));
    display: block;
    box-sizing: border-box;
    padding: 1rem;
    border: 1px solid var(--_rule);
    border-radius: var(--lite-radius, 0.5rem);
    background: var(--_ground);
    color: var(--_ink);
    font: var(--lite-font, inherit);
  }
  :host([hidden]) {
    display: none;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  progress {
    width: 100%;
    accent-color: var(--_accent);
  }
  [part="error"] {
    margin: 0.5rem 0 0;
    color: var(--_error);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const maps = css`
  :host {
    --_global: var(--lite-global, light-dark(#2c53bd, #93acf8));
    --_local: var(--lite-local, light-dark(#a85400, #f0a54e));
  }
  [part="maps"] {
    display: grid;
    gap: 1.5rem;
    grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr));
  }
  figure {
    position: relative;
    margin: 0;
    min-width: 0;
  }
  figcaption {
    margin-bottom: 0.5rem;
    font-weight: 600;
  }
  [part="map"] {
    position: relative;
    display: grid;
    grid-template: auto 1fr / minmax(0, max-content) minmax(0, 1fr);
    gap: 0.25rem;
    font-size: 0.75rem;
  }
  canvas {
    grid-area: 2 / 2;
    width: 100%;
    aspect-ratio: var(--cols) / var(--rows);
    background: color-mix(in srgb, currentcolor 6%, transparent);
    image-rendering: pixelated;
  }
  .global canvas {
    color: var(--_global);
  }
  .local canvas {
    color: var(--_local);
  }
  .columns,
  .rows {
    display: grid;
    min-width: 0;
    color: var(--_muted);
    line-height: 1;
  }
  .columns {
    grid-area: 1 / 2;
    grid-template-columns: repeat(var(--cols), minmax(0, 1fr));
  }
  .columns span {
    max-height: 6em;
    justify-self: center;
    align-self: end;
    writing-mode: vertical-rl;
    transform: rotate(180deg);
  }
  .rows {
    grid-area: 2 / 1;
    grid-template-rows: repeat(var(--rows), minmax(0, 1fr));
    max-width: 8em;
    text-align: right;
  }
  .rows span {
    min-height: 0;
    align-self: center;
  }
  .rows span,
  .columns span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .on {
    color: var(--_ink);
    font-weight: 700;
  }
  /* The cell that is pointed at. */
  i {
    grid-area: 2 / 2;
    width: calc(100% / var(--cols));
    height: calc(100% / var(--rows));
    translate: calc(100% * var(--col)) calc(100% * var(--row));
    box-sizing: border-box;
    border: 2px solid var(--_ink);
    pointer-events: none;
  }
  [part="readout"] {
    min-height: 1lh;
    margin: 0.5rem 0 0;
    color: var(--_muted);
  }
`;
