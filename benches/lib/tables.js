// The tables of docs/performance.md, from the results.
import { round } from "./statistics.js";

/** A Markdown table; the first column is text, the rest are numbers. */
export function table(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(columns),
    line(columns.map((_, place) => (place === 0 ? "---" : "---:"))),
    ...rows.map((cells) => line(cells.map((cell) => cell ?? "–"))),
  ].join("\n");
}

/** Two or three digits that mean something. */
export function number(value) {
  if (value === undefined || value === null || Number.isNaN(value)) return "–";
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

const percent = (share) => `${Math.round(100 * share)} %`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)}`;

/** The kind of product that limits an engine: what its precision and SIMD level would allow. */
export function limit({ precision, simd }) {
  if (precision === "f32") return simd === "relaxed" ? "f32_relaxed_madd" : "f32_multiply_add";
  return simd === "relaxed" ? "i8_relaxed_dot" : "i16_dot";
}

/** Which share of the machine's limit a time of so many mult-adds is. */
export function shareOfLimit(multAdds, ms, engine, peak) {
  return multAdds / (ms * 1e6) / peak[limit(engine)];
}

/** What the figures belong to. */
export function aboutTable(results) {
  const row = (name, value) => [name, ...results.map(({ about }) => value(about))];
  const versions = Object.keys(results[0].about.versions);
  return table(
    ["", ...results.map(({ about }) => about.environment)],
    [
      row("processor", ({ cpu }) => cpu),
      row("threads", ({ threads }) => threads),
      row("SIMD", () => "simd128; with “relaxed”, relaxed-simd"),
      row("model", ({ model }) => `${model.name}, manifest ${model.sha256.slice(0, 12)}`),
      row(
        "sentences",
        ({ sentences }) => `${sentences.count}, ${number(sentences.tokens)} tokens on average`,
      ),
      row("measured", ({ measured }) => {
        const days = [...new Set(Object.values(measured).map((time) => time.slice(0, 10)))].sort();
        return days.length > 1 ? `${days[0]} to ${days.at(-1)}` : days[0];
      }),
      ...versions.map((name) => row(name, ({ versions }) => versions[name])),
    ],
  );
}

export function peakTable(results) {
  const KINDS = {
    f32_multiply_add: "f32 multiply, add",
    i16_dot: "i16 dot product",
    f32_relaxed_madd: "f32 fused multiply-add, relaxed",
    i8_relaxed_dot: "i8 dot product, relaxed",
  };
  const rows = Object.entries(KINDS).map(([kind, name]) => [
    name,
    ...results.map(({ peak }) => number(peak[kind])),
  ]);
  return table(["10⁹ mult-adds a second", ...results.map(({ about }) => about.environment)], rows);
}

export function encoderTable({ encoder, peak, about }, engines) {
  const lengths = [...new Set(encoder.map(({ tokens }) => tokens))];
  const rows = engines.flatMap((engine) => {
    const times = lengths.map(
      (tokens) => encoder.find((r) => r.engine === engine.name && r.tokens === tokens)?.ms.median,
    );
    if (times.every((time) => time === undefined)) return [];
    const shares = lengths.map((tokens, place) =>
      shareOfLimit(about.multAdds.encoder[tokens], times[place], engine, peak),
    );
    const cells = times.map((time, place) => `${number(time)} (${percent(shares[place])})`);
    return [[engine.name, ...cells]];
  });
  return table(["ms (share of the limit)", ...lengths.map((n) => `${n} tokens`)], rows);
}

export function decoderTable({ decoder }, engines) {
  const cases = decoder
    .filter(({ engine }) => engine === decoder[0].engine)
    .map(({ beam, cached }) => ({ beam, cached }));
  const rows = engines.flatMap(({ name }) => {
    const times = cases.map(
      ({ beam, cached }) =>
        decoder.find((r) => r.engine === name && r.beam === beam && r.cached === cached)?.ms.median,
    );
    return times.every((time) => time === undefined) ? [] : [[name, ...times.map(number)]];
  });
  const columns = cases.map(({ beam, cached }) => `beam ${beam}, ${cached} cached`);
  return table(["ms a step", ...columns], rows);
}

export function sentencesTable({ sentences }, engines, beam) {
  const rows = engines.flatMap(({ name }) => {
    const found = sentences.find((record) => record.engine === name && record.beam === beam);
    if (!found) return [];
    const { same, near, of } = found.agreement;
    return [
      [
        name,
        number(found.sentencesPerSecond),
        number(found.wordsPerSecond),
        number(found.ms.p50),
        number(found.ms.p95),
        percent(found.driverShare),
        `${same} + ${near} of ${of}`,
      ],
    ];
  });
  const columns = ["sentences/s", "words/s", "ms, p50", "ms, p95", "driver", "as ours + near ties"];
  return table([beam === 1 ? "greedy" : `beam ${beam}`, ...columns], rows);
}

export function loadTable({ load }, engines) {
  const rows = engines.flatMap(({ name }) => {
    const found = load.find(({ engine }) => engine === name);
    if (!found) return [];
    const { ms, code, model, memory } = found;
    return [[name, number(ms), number(code), number(model), megabytes(memory)]];
  });
  return table(["loading", "ms", "of it code", "of it model", "memory, MB"], rows);
}

export function longTable({ long }) {
  const engines = [...new Set(long.map(({ engine }) => engine))];
  const lengths = [...new Set(long.map(({ characters }) => characters))];
  const rows = lengths.map((characters) => [
    characters.toLocaleString("en"),
    ...engines.flatMap((engine) => {
      const found = long.find((r) => r.engine === engine && r.characters === characters);
      return [number(found?.ms), megabytes(found?.memory)];
    }),
  ]);
  const columns = engines.flatMap((engine) => [`${engine}, ms a 1,000`, "memory, MB"]);
  return table(["characters", ...columns], rows);
}

export function workersTable({ workers }) {
  const rows = workers.map(({ workers: count, wordsPerSecond }) => [
    count,
    number(wordsPerSecond),
    number(wordsPerSecond / workers[0].wordsPerSecond),
  ]);
  return table(["Workers", "words/s", "times one"], rows);
}

export function sizesTable({ sizes }, engines) {
  const KINDS = ["raw", "gzip", "brotli"];
  const rows = engines.flatMap(({ name }) => {
    const found = sizes.find(({ engine }) => engine === name);
    if (!found) return [];
    const cells = (sizes) => KINDS.map((kind) => megabytes(sizes[kind]));
    return [[name, ...cells(found.code), ...cells(found.model)]];
  });
  const columns = ["code", "model"].flatMap((part) => KINDS.map((kind) => `${part}, ${kind}`));
  return table(["MB", ...columns], rows);
}

/** What the project set out to reach, from one run: [{ target, reached, met }]. */
export function targets({ encoder, sentences, load, sizes, peak, about }, engines) {
  const at30 = (name) => encoder?.find((r) => r.engine === name && r.tokens === 30)?.ms.median;
  // The time of the driver, which is no part of the other engines, is left out.
  const sentence = (name) => {
    const found = sentences?.find((r) => r.engine === name && r.beam === 4);
    return found && (1000 / found.sentencesPerSecond) * (1 - found.driverShare);
  };
  const onnxruntime = engines.map(({ name }) => name).filter((name) => /^onnxruntime/.test(name));
  const best = (figure) => Math.min(...onnxruntime.map(figure).filter((value) => value));
  const loading = (name) => load?.find(({ engine }) => engine === name)?.ms;
  const brotli = (name) => sizes?.find(({ engine }) => engine === name)?.code.brotli;
  const rows = [];
  const add = (what, value, goal) => {
    if (Number.isFinite(value)) rows.push({ what, value: round(value), goal, met: value >= goal });
  };
  for (const ours of engines.filter((engine) => engine.ours)) {
    const { name } = ours;
    add(
      `${name}: encoder, 30 tokens, times the better onnxruntime-web`,
      best(at30) / at30(name),
      2,
    );
    add(`${name}: encoder, 30 tokens, times plain tract int8`, at30("tract int8") / at30(name), 6);
    add(
      `${name}: sentences, beam 4, times the better onnxruntime-web`,
      best(sentence) / sentence(name),
      2,
    );
    add(
      `${name}: sentences, beam 4, times plain tract int8`,
      sentence("tract int8") / sentence(name),
      6,
    );
    if (peak && at30(name)) {
      const share = about.multAdds.encoder[30] / (at30(name) * 1e6) / peak.i16_dot;
      add(`${name}: encoder, 30 tokens, share of the i16 dot product's limit`, share, 0.5);
    }
    add(`${name}: load, times faster than plain tract`, loading("tract int8") / loading(name), 5);
    add(
      `${name}: code, brotli, times smaller than plain tract`,
      brotli("tract int8") / brotli(name),
      1,
    );
    add(
      `${name}: code, brotli, times smaller than onnxruntime-web`,
      brotli(onnxruntime[0]) / brotli(name),
      1,
    );
  }
  return rows;
}

export function targetsTable(results, engines) {
  const found = results.map((result) => targets(result, engines));
  const whats = [...new Map(found.flat().map(({ what, goal }) => [what, goal]))];
  const rows = whats.map(([what, goal]) => [
    what,
    number(goal),
    ...found.map((rows) => {
      const row = rows.find((row) => row.what === what);
      return row ? `${number(row.value)}${row.met ? "" : " (missed)"}` : "–";
    }),
  ]);
  return table(["ratio", "aim", ...results.map(({ about }) => about.environment)], rows);
}
