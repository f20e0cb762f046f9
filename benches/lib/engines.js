// The engines behind one interface, in Node and in a page. Each is loaded from bytes that were read before and has
//
//   encode(ids)                        runs the encoder over one sentence
//   start(beamSize)                    puts the decoder at position 0
//   step(parents, tokens, position)    the logits of all hypotheses, or a promise of them; valid until the next call
//
// or, the package, translate(text, beamSize). `loading` says how many milliseconds the code and the model took.

/** What is built for the benchmark alone. */
export const BUILT = "target/bench";
export const MODEL = "models/de-en";
const PACKAGE = "dist/npm/wasm";
const ORT = "benches/node_modules/onnxruntime-web/dist";
const LEVELS = ["simd128", "relaxed"];
const PRECISIONS = ["int8", "f32"];
const bundle = ["manifest.json", "tokenizer.model", "encoder.onnx", "decoder.onnx", "weights.bin"];
const bundleFiles = bundle.map((file) => `${MODEL}/${file}`);

/** Both graphs as prepare.js leaves them. */
const graphs = (precision) =>
  ["encoder", "decoder"].map((graph) => `${BUILT}/models/${precision}/${graph}.onnx`);

const bound = (path) => ({ glue: `${path}.js`, wasm: `${path}_bg.wasm` });

const onnxruntimes = PRECISIONS.map((precision) => ({
  name: `onnxruntime-web ${precision}`,
  precision,
  simd: "simd128",
  glue: `${ORT}/ort.wasm.bundle.min.mjs`,
  wasm: `${ORT}/ort-wasm-simd-threaded.wasm`,
  model: graphs(precision),
  create: onnxruntime,
}));

const rtens = LEVELS.flatMap((simd) =>
  PRECISIONS.map((precision) => ({
    name: `rten ${precision}${simd === "relaxed" ? ", relaxed" : ""}`,
    precision,
    simd,
    ...bound(`${BUILT}/wasm/${simd}/bench_rten`),
    model: graphs(precision),
    create: stepwise,
  })),
);

const tracts = PRECISIONS.map((precision) => ({
  name: `tract ${precision}`,
  precision,
  simd: "simd128",
  ...bound(`${BUILT}/wasm/simd128/bench_tract`),
  model: graphs(precision),
  create: stepwise,
}));

const peers = [...onnxruntimes, ...rtens, ...tracts];

const ours = (simd) => ({
  name: simd === "relaxed" ? "ours, relaxed" : "ours",
  precision: "int8",
  simd,
  ours: true,
  model: bundleFiles,
});

/** Ours as it is compiled for the package, open at its joint, and the others. Paths are from the repository's root. */
export const ENGINES = [
  ...LEVELS.map((simd) => ({
    ...ours(simd),
    ...bound(`${BUILT}/wasm/${simd}/lite_transformer`),
    create: stepwise,
  })),
  ...peers,
];

/** The package as it is published, and the others. */
export const PRODUCTS = [
  ...LEVELS.map((simd) => ({
    ...ours(simd),
    glue: `${PACKAGE}/lite_transformer.js`,
    wasm: `${PACKAGE}/lite_transformer${simd === "relaxed" ? "_relaxed" : ""}_bg.wasm`,
    create: packaged,
  })),
  ...peers,
];

/** The package's entry. */
export const ENTRY = "dist/npm/lib/index.js";

/** The binaries that show what the machine can do. */
export const PEAKS = LEVELS.map((simd) => ({
  simd,
  wasm: `${BUILT}/wasm/${simd}/bench_peak.wasm`,
}));

/** Loads an engine; `host.read(path)` gives bytes, `host.url(path)` what `import()` takes. */
export async function load(engine, host) {
  // A copy of the glue for each binary: it holds one instance.
  const glue = await import(`${host.url(engine.glue)}?${encodeURIComponent(engine.wasm)}`);
  const [wasm, manifest, ...model] = await Promise.all(
    [engine.wasm, `${MODEL}/manifest.json`, ...engine.model].map(host.read),
  );
  const { architecture } = JSON.parse(new TextDecoder().decode(manifest));
  const loaded = await engine.create({ glue, wasm, model, architecture });
  return { ...loaded, name: engine.name };
}

/** The package's own class. */
async function packaged({ glue, wasm, model: [manifest, ...model] }) {
  const files = Object.fromEntries(model.map((bytes, place) => [bundle[place + 1], bytes]));
  const clock = stopwatch();
  const { memory } = await glue.default({ module_or_path: wasm });
  const code = clock();
  // As the package does it.
  const hashes = {};
  for (const [name, bytes] of Object.entries(files))
    hashes[name] = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const translator = new glue.RawTranslator(manifest, files, hashes);
  return {
    loading: { code, model: clock() },
    memory: () => memory.buffer.byteLength,
    translator,
    segments: (text) => translator.segments(text),
    translate: (text, beamSize) => translator.translateSentence(text, { beamSize }),
  };
}

/** An `Engine` of one of the benchmark's crates. */
async function stepwise({ glue, wasm, model, architecture }) {
  const clock = stopwatch();
  const { memory } = await glue.default({ module_or_path: wasm });
  const code = clock();
  const engine = new glue.Engine(...model);
  return {
    loading: { code, model: clock() },
    memory: () => memory.buffer.byteLength,
    encode: (ids) => engine.encode(ids),
    start: (beamSize) => engine.start(beamSize),
    step(parents, tokens, position) {
      const place = engine.step(parents, tokens, position);
      return new Float32Array(memory.buffer, place, tokens.length * architecture.vocab_size);
    },
    ids: (text) => engine.ids(text),
    text: (ids) => engine.text(ids),
  };
}

/** onnxruntime-web: its wasm backend on one thread. The caches are JavaScript's, as its API has it. */
async function onnxruntime({ glue: ort, wasm, model: [encoder, decoder], architecture }) {
  ort.env.wasm.wasmBinary = wasm;
  ort.env.wasm.numThreads = 1;
  const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all" };
  const clock = stopwatch();
  const encoding = await ort.InferenceSession.create(encoder, options);
  const decoding = await ort.InferenceSession.create(decoder, options);
  const loading = { both: clock() };
  const empty = emptyCaches(ort, architecture);
  let memory;
  let caches;
  return {
    loading,
    async encode(ids) {
      const source_ids = int64(ort, ids, [1, ids.length]);
      memory = await encoding.run({ source_ids });
    },
    start() {
      caches = { ...empty };
    },
    async step(parents, tokens, position) {
      reorder(ort, caches, parents);
      const outputs = await decoding.run({
        token: int64(ort, tokens, [tokens.length, 1]),
        position: int64(ort, [position], [1]),
        ...memory,
        ...caches,
      });
      for (const name of Object.keys(caches)) caches[name] = outputs[name.replace(".", "_out.")];
      return outputs.logits.data;
    },
  };
}

function int64(ort, values, shape) {
  return new ort.Tensor("int64", BigInt64Array.from(values, BigInt), shape);
}

/** The decoder's caches at position 0. */
function emptyCaches(ort, { decoder }) {
  const caches = {};
  const zeros = (shape) =>
    new ort.Tensor("float32", new Float32Array(shape.reduce((a, b) => a * b)), shape);
  for (const [index, { global, local }] of decoder.entries()) {
    if (global) {
      const shape = [1, global.heads, 0, global.channels / global.heads];
      for (const kind of ["self_k", "self_v"]) caches[`${kind}.${index}`] = zeros(shape);
    }
    if (local) caches[`conv.${index}`] = zeros([1, local.kernel_size - 1, local.channels]);
  }
  return caches;
}

/** Puts the rows of all caches in the order of the hypotheses that continue them. */
function reorder(ort, caches, parents) {
  for (const [name, { data, dims }] of Object.entries(caches)) {
    if (parents.length === dims[0] && parents.every((parent, place) => parent === place)) return;
    const length = data.length / dims[0];
    const picked = new Float32Array(parents.length * length);
    for (const [place, parent] of parents.entries()) {
      picked.set(data.subarray(parent * length, (parent + 1) * length), place * length);
    }
    caches[name] = new ort.Tensor("float32", picked, [parents.length, ...dims.slice(1)]);
  }
}

/** A function that gives the milliseconds since it was last called. */
function stopwatch() {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return last - before;
  };
}
