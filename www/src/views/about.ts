import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { State } from "../app/state";
import { CITE_PAPER, citePage, PROJECT } from "../text/project";

export function about(state: State, actions: Actions): TemplateResult {
  return html`
    <section class="chapter about" id="about" tabindex="-1" aria-labelledby="about-title">
      <div class="prose">
        <h2 id="about-title">About</h2>
        <p>
          Everything on this page happens in your browser: the model is a few megabytes of ONNX, run by a Rust engine compiled to
          WebAssembly, in a worker of its own. What you write is not sent anywhere, and is in the address only after “Copy link”. After the first visit the page works offline.
        </p>
        <p>
          It is a small model. It knows everyday sentences and picture captions best; names and rare words it spells out of pieces and
          often gets wrong, and it does not know when it is wrong. It is here to be looked into, not to be relied on.
        </p>
        <p>
          A link keeps the text and the view: <button type="button" class="plain" @click=${actions.copyLink}>copy a link to what you see</button>.
          For a lecture slide, add <code>?embed</code> to the address and it shows the figure alone; with <code>?embed&desk</code> the desk is over it.
        </p>
        ${sources(state)} ${citations(actions)}
        <h3>References</h3>
        <ul class="references">
          <li>Z. Wu, Z. Liu, J. Lin, Y. Lin, S. Han. <cite>Lite Transformer with Long-Short Range Attention.</cite> ICLR 2020. <a href="https://arxiv.org/abs/2004.11886">arXiv 2004.11886</a></li>
          <li>F. Wu, A. Fan, A. Baevski, Y. Dauphin, M. Auli. <cite>Pay Less Attention with Lightweight and Dynamic Convolutions.</cite> ICLR 2019. <a href="https://arxiv.org/abs/1901.10430">arXiv 1901.10430</a></li>
          <li>G. Kobayashi, T. Kuribayashi, S. Yokoi, K. Inui. <cite>Attention is Not Only a Weight: Analyzing Transformers with Vector Norms.</cite> EMNLP 2020. <a href="https://arxiv.org/abs/2004.10102">arXiv 2004.10102</a></li>
          <li>A. Vaswani et al. <cite>Attention Is All You Need.</cite> NeurIPS 2017. <a href="https://arxiv.org/abs/1706.03762">arXiv 1706.03762</a></li>
        </ul>
        ${state.manifest?.licence ? html`<p class="smallprint"><span>Model: ${state.manifest.licence}</span></p>` : ""}
        <p class="smallprint"><span>Type: Newsreader and Instrument Sans, SIL Open Font License.</span></p>
      </div>
    </section>
  `;
}

/** What of it can be had, and which of it this is. */
function sources({ bundles }: State): TemplateResult {
  const { version, commit, repository } = PROJECT;
  const file = (path: string) => (repository ? `${repository}/blob/HEAD/${path}` : "");
  const linked = (text: string, href: string) =>
    href ? html`<a href=${href}>${text}</a>` : html`${text}`;
  const models = (bundles ?? []).map(
    ({ name }, i) => html`${i ? ", " : ""}<a href=${`./models/${name}/manifest.json`}>${name}</a>`,
  );
  return html`
    <h3>Source, package, models</h3>
    <p>
      This is version ${version}${commit ? html`, commit <code>${repository ? html`<a href=${`${repository}/commit/${commit}`}>${commit}</a>` : commit}</code>` : ""},
      MIT or Apache-2.0 at your option: the crate and the npm package <code>lite-transformer</code>, and this page.
      ${
        repository
          ? html`${linked("Source", repository)}, ${linked("the package’s documentation", file("pkg-config/README.md"))}, ${linked("what the page shows and how it is measured", file("docs/page.md"))}.`
          : html`The source has no public address yet; it comes with the page’s docs in <code>docs/</code> and the package’s in <code>pkg-config/README.md</code>.`
      }
    </p>
    ${models.length ? html`<p>The models’ manifests, with their licence, training data and scores: ${models}.</p>` : ""}
  `;
}

function citations(actions: Actions): TemplateResult {
  const page = citePage(new URL("./", location.href).href);
  const entry = (name: string, text: string) => html`
    <details class="cite">
      <summary>Cite ${name}</summary>
      <pre tabindex="0" aria-label=${`BibTeX of ${name}`}>${text}</pre>
      <button type="button" class="plain" @click=${() => actions.copyText(text)}>Copy BibTeX</button>
    </details>
  `;
  return html`${entry("the paper", CITE_PAPER)}${entry("this page", page)}`;
}
