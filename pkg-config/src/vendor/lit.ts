/** What the elements are made with; `xtask/vendor.mjs` puts it into this file. */

export { css, html, LitElement, nothing, type PropertyValues } from "lit";
