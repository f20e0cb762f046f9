// Records what "Why split?" shows before the Transformer is loaded: the maps of one sentence through both models, for
// src/recorded/split.json. Run it when a model or the sentence changes:
//   npm run record-split -w www        after a build of the package (cargo xtask build)
import { readFileSync, writeFileSync } from "node:fs";
import { Translator } from "../dist/npm/lib/index.js";

const SENTENCE =
  "Obwohl es gestern den ganzen Tag geregnet hat, ist der alte Mann mit seinem Hund durch den Wald gegangen.";
const OUT = new URL("src/recorded/split.json", import.meta.url);

/** A byte a value, in 255ths of the greatest: enough for a picture and for means. */
function pack({ data, rows, cols }) {
  const max = Math.max(...data);
  const bytes = Uint8Array.from(data, (value) => Math.round((value / (max || 1)) * 255));
  return {
    rows,
    cols,
    max: Number(max.toPrecision(5)),
    data: Buffer.from(bytes).toString("base64"),
  };
}

const layer = ({ global, local, kernelSize }) => ({
  global: global.map(pack),
  local: local.map(pack),
  ...(kernelSize ? { kernelSize } : {}),
});

/** A model's maps of the sentence, without what the figure doesn't show. */
async function record(name) {
  const folder = new URL(`../models/${name}/`, import.meta.url);
  const translator = await Translator.create({
    sourceLanguage: "de",
    targetLanguage: "en",
    model: folder,
  });
  const { sentences } = await translator.visualize(SENTENCE);
  translator.destroy();
  const { text, translation, source, target, encoder, decoder } = sentences[0];
  const { files } = JSON.parse(readFileSync(new URL("manifest.json", folder), "utf8"));
  return {
    model: name,
    sha256: files.find((file) => file.name === "weights.bin").sha256,
    text,
    translation,
    source,
    target,
    encoder: encoder.map(layer),
    decoder: decoder.map(layer),
  };
}

const recorded = { lite: await record("de-en"), plain: await record("de-en-transformer") };
writeFileSync(OUT, `${JSON.stringify(recorded)}\n`);
