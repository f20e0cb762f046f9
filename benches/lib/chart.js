// The picture of docs/performance.md.
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { number } from "./tables.js";

const THEMES = {
  light: { text: "#24292f", ours: "#0969da", other: "#8c959f", line: "#d0d7de" },
  dark: { text: "#e6edf3", ours: "#58a6ff", other: "#6e7681", line: "#30363d" },
};

/** Bars of one run: encoder, whole sentences, loading, download. */
export async function chart(result, engines, theme) {
  const { text, ours, other, line } = THEMES[theme];
  const order = engines.map(({ name }) => name);
  const panels = [
    ["encoder, 30 tokens, ms", (name) => find(result.encoder, name, { tokens: 30 })?.ms.median],
    ["sentence, beam 4, median ms", (name) => find(result.sentences, name, { beam: 4 })?.ms.p50],
    ["load, ms", (name) => find(result.load, name, {})?.ms],
    ["code, brotli, MB", (name) => find(result.sizes, name, {})?.code.brotli / 1e6],
  ];
  const spec = {
    title: {
      text: `${result.about.environment}, one thread: shorter is better`,
      color: text,
      fontSize: 13,
      anchor: "start",
    },
    bounds: "flush",
    hconcat: panels.map(([title, value], place) => ({
      title: {
        text: title,
        color: text,
        fontSize: 11,
        fontWeight: "normal",
        anchor: "start",
        frame: "group",
      },
      width: 170,
      height: { step: 20 },
      data: {
        values: engines
          .map((engine) => ({ name: engine.name, value: value(engine.name), ours: !!engine.ours }))
          .filter(({ value }) => Number.isFinite(value))
          .map((row) => ({ ...row, label: number(row.value) })),
      },
      encoding: {
        y: {
          field: "name",
          type: "nominal",
          scale: { domain: order },
          axis: place > 0 ? null : { title: null, labelColor: text, ticks: false, domain: false },
        },
        x: {
          field: "value",
          type: "quantitative",
          axis: null,
          // Room for the longest bar's figure.
          scale: { domainMin: 0, domainMax: 1.2 * longest(engines, value) },
        },
      },
      layer: [
        { mark: { type: "rule", color: line }, encoding: { x: { datum: 0 }, y: null } },
        {
          mark: { type: "bar", height: 13 },
          encoding: { color: { condition: { test: "datum.ours", value: ours }, value: other } },
        },
        {
          mark: { type: "text", align: "left", dx: 4, color: text, fontSize: 10 },
          encoding: { text: { field: "label" } },
        },
      ],
    })),
    config: {
      background: null,
      font: "system-ui, sans-serif",
      view: { stroke: null },
      axis: { labelFontSize: 11, labelLimit: 200 },
    },
  };
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  return view.toSVG();
}

function longest(engines, value) {
  return Math.max(...engines.map(({ name }) => value(name)).filter(Number.isFinite));
}

function find(records, engine, more) {
  const wanted = Object.entries({ engine, ...more });
  return records?.find((record) => wanted.every(([key, value]) => record[key] === value));
}
