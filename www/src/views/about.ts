import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { State } from "../app/state";

export function about(state: State, actions: Actions): TemplateResult {
  return html`
    <section class="chapter about" id="about" tabindex="-1" aria-labelledby="about-title">
      <div class="prose">
        <h2 id="about-title">About</h2>
        <p>
          Everything on this page happens in your browser: the model is a few megabytes of ONNX, run by a Rust engine compiled to
          WebAssembly, in a worker of its own. What you write is not sent anywhere. After the first visit the page works offline.
        </p>
        <p>
          It is a small model. It knows everyday sentences and picture captions best; names and rare words it spells out of pieces and
          often gets wrong, and it does not know when it is wrong. It is here to be looked into, not to be relied on.
        </p>
        <p>
          A link keeps the text and the view: <button type="button" class="plain" @click=${actions.copyLink}>copy a link to what you see</button>.
          For a lecture slide, add <code>?embed</code> to the address and it shows the figure alone.
        </p>
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
