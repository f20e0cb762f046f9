import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../../app/actions";
import { bundleFor, bundlesFor, turned } from "../../app/bundles";
import { megabytes } from "../../app/manifest";
import { speedOf, speedText } from "../../app/pace";
import { languageName, type Pair, type State } from "../../app/state";
import type { Bundle, Size } from "../../bundles/bundle";
import { choice } from "../controls";

/** What a size is called, and for whom it is. */
const SIZE: Record<Size, { name: string; about: string }> = {
  nano: {
    name: "Compact",
    about: "half the download of Standard, as fast, and a little worse",
  },
  small: { name: "Standard", about: "quick on any device" },
  large: {
    name: "Large",
    about: "translates best; three times the download, and every text takes about twice as long",
  },
};

const nameOf = ({ size, name }: Bundle): string => (size ? SIZE[size].name : name);

/** Which model reads the text, where the site has several for the pair. One is fetched when it is chosen, not before. */
export function models(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { bundles, pair, variant } = state;
  const own = bundlesFor(bundles ?? [], pair);
  const shown = bundleFor(own, pair, variant);
  if (!shown) return nothing;
  const options = own.map((bundle) => ({
    value: bundle.name,
    text: nameOf(bundle),
    notes: facts(state, bundle),
    title: bundle.size ? SIZE[bundle.size].about : bundle.name,
  }));
  return html`<div class="models">
    ${own.length > 1 ? choice("variant", "Model", options, shown.name, actions.showVariant) : nothing}
    ${own.length > 1 && shown.size ? html`<p class="aside">${SIZE[shown.size].name}: ${SIZE[shown.size].about}.</p>` : nothing}
    ${offline(state, actions)}
  </div>`;
}

/** What its download is, compressed, and how fast it translates. */
function facts({ paces }: State, bundle: Bundle): string[] {
  const speed = speedOf(bundle, paces[bundle.name]);
  return [megabytes(bundle.gzip), ...(speed ? [speedText(speed)] : [])];
}

/** What of it works without a network: every model of both directions, kept or not. */
function offline(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { bundles, pair, kept, online } = state;
  if (!kept || !bundles) return nothing;
  const directions = [pair, turned(pair)].filter((one) => bundlesFor(bundles, one).length);
  const works = (one: Pair) =>
    bundlesFor(bundles, one).some(({ name }) => kept[name]?.phase === "kept");
  const sums = directions.map((one) => `${direction(one)} ${works(one) ? "✓" : "–"}`);
  return html`
    <details class="offline">
      <summary>${online ? "Works offline" : html`<strong>You are offline.</strong> Here`}: ${sums.join(", ")}</summary>
      <table>
        <caption class="hidden">Models on this device</caption>
        <thead class="hidden"><tr><th>Model</th><th>Download</th><th>On this device</th><th></th></tr></thead>
        <tbody>
          ${directions.flatMap((one) => bundlesFor(bundles, one).map((bundle) => row(state, actions, one, bundle)))}
        </tbody>
      </table>
      <p class="aside">What is kept takes no network on the next visit.</p>
    </details>
  `;
}

const direction = ({ source, target }: Pair): string =>
  `${languageName(source)} to ${languageName(target)}`;

function row(state: State, actions: Actions, pair: Pair, bundle: Bundle): TemplateResult {
  const keeping = state.kept?.[bundle.name] ?? { phase: "absent" };
  const label = `${direction(pair)}, ${nameOf(bundle)}`;
  const cells = () => {
    switch (keeping.phase) {
      case "kept":
        return html`<td>kept ✓</td><td><button type="button" class="plain" aria-label=${`Remove ${label} from this device`} @click=${() => actions.remove(bundle.name)}>Remove</button></td>`;
      case "fetching":
        return html`<td colspan="2"><progress max="1" value=${keeping.loaded} aria-label=${`Fetching ${label}`}></progress></td>`;
      case "failed":
        return html`<td>${keeping.message}</td><td><button type="button" class="plain" @click=${() => actions.keep(bundle.name)}>Try again</button></td>`;
      default:
        return html`<td></td><td><button type="button" class="plain" aria-label=${`Keep ${label} on this device`} ?disabled=${!state.online} @click=${() => actions.keep(bundle.name)}>Keep</button></td>`;
    }
  };
  return html`<tr><th scope="row">${label}</th><td class="figures">${megabytes(bundle.gzip)}</td>${cells()}</tr>`;
}
