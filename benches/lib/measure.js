// What is timed, the same in Node and in a page. All engines of a case take turns, so that what else the machine does
// falls on all of them.
import { limitFor, search } from "./search.js";
import { median, quantile, round, sum, summary } from "./statistics.js";

/** How often and how long; `--quick` only shows that everything runs. */
export const EFFORT = {
  full: {
    warmUp: 400,
    block: 8,
    rounds: 25,
    least: 7,
    budget: 4000,
    walks: 15,
    passes: 3,
    lengths: 5,
    cases: 4,
  },
  quick: {
    warmUp: 20,
    block: 1,
    rounds: 3,
    least: 2,
    budget: 200,
    walks: 2,
    passes: 1,
    lengths: 1,
    cases: 1,
  },
};

/** Characters of the long texts. */
const LENGTHS = [1000, 3000, 10_000, 30_000, 100_000];

export const SOURCE_LENGTHS = [10, 30, 100, 250];
export const BEAMS = [1, 4];
/** Cached positions of the decoder steps that are reported, each with the steps around it that are timed for it. */
export const CACHED = new Map([
  [1, [1]],
  [30, [28, 29, 30, 31, 32]],
  [100, [98, 99, 100, 101, 102]],
]);
/** Source tokens behind them. */
export const STEP_SOURCE = 30;

/** The encoder, by source length: milliseconds a call. */
export async function measureEncoder(engines, effort) {
  const records = [];
  for (const tokens of SOURCE_LENGTHS.slice(0, effort.cases)) {
    const ids = source(tokens);
    const subjects = [];
    for (const engine of engines) {
      const call = () => engine.encode(ids);
      const one = await warmUp(call, effort);
      const calls = Math.max(1, Math.ceil(effort.block / one));
      subjects.push({ engine, sample: async () => [(await time(call, calls)) / calls] });
    }
    for (const { engine, samples } of await alternate(subjects, effort)) {
      records.push({ engine: engine.name, tokens, ms: summary(samples) });
    }
  }
  return records;
}

/** A decoder step, by hypotheses and cached positions: milliseconds. */
export async function measureDecoder(engines, effort) {
  const records = [];
  for (const engine of engines) await done(engine.encode(source(STEP_SOURCE)));
  const cases = [...CACHED].slice(0, effort.cases);
  const last = Math.max(...cases.flatMap(([, positions]) => positions));
  for (const beam of BEAMS) {
    const subjects = [];
    for (const engine of engines) {
      await warmUp(() => walk(engine, beam, Math.min(last, 30)), effort);
      subjects.push({ engine, sample: async () => [await walk(engine, beam, last)] });
    }
    const walks = { ...effort, rounds: effort.walks, budget: 3 * effort.budget };
    for (const { engine, samples } of await alternate(subjects, walks)) {
      for (const [cached, positions] of cases) {
        const times = samples.flatMap((walk) => positions.map((position) => walk[position]));
        records.push({ engine: engine.name, beam, cached, ms: summary(times) });
      }
    }
  }
  return records;
}

/** Decodes up to a position with `beam` hypotheses that keep their places; the milliseconds of each step. */
async function walk(engine, beam, last) {
  const times = [];
  await done(engine.start(beam));
  for (let position = 0; position <= last; position += 1) {
    const hypotheses = position === 0 ? 1 : beam;
    const parents = Array.from({ length: hypotheses }, (_, place) => (position > 1 ? place : 0));
    const tokens = parents.map((_, place) => 300 + ((position * 37 + place * 11) % 6000));
    times.push(await time(() => engine.step(parents, tokens, position), 1));
  }
  return times;
}

/**
 * Whole sentences, greedy and with a beam of four. An engine with `translate` does all of it from text to text; the
 * others get ids, and their decoder is driven by search.js, whose own time is given apart.
 */
export async function measureSentences(engines, sentences, manifest, effort) {
  const records = [];
  for (const beam of BEAMS) {
    const subjects = engines.map((engine) => ({
      engine,
      times: sentences.map(() => []),
      driver: sentences.map(() => []),
      found: [],
    }));
    for (const { engine } of subjects) {
      for (const sentence of sentences.slice(0, 4))
        await translate(engine, sentence, beam, manifest);
    }
    for (let pass = 0; pass < effort.passes; pass += 1) {
      for (const [number, sentence] of sentences.entries()) {
        for (const subject of rotated(subjects, number + pass)) {
          const result = await translate(subject.engine, sentence, beam, manifest);
          subject.times[number].push(result.ms);
          subject.driver[number].push(result.driver);
          subject.found[number] = { tokens: result.tokens, text: result.text, score: result.score };
        }
      }
    }
    const words = sum(sentences.map(({ text }) => text.split(/\s+/).length));
    for (const { engine, times, driver, found } of subjects) {
      const each = times.map(median);
      const seconds = sum(each) / 1000;
      records.push({
        engine: engine.name,
        beam,
        passes: effort.passes,
        sentencesPerSecond: round(sentences.length / seconds),
        wordsPerSecond: round(words / seconds),
        ms: { p50: round(median(each)), p95: round(quantile(each, 0.95)) },
        driverShare: round(sum(driver.map(median)) / sum(each)),
        found,
      });
    }
  }
  return records;
}

/** One sentence: { ms, driver, text or tokens, score }; `driver` is what the search outside the engine took of it. */
export async function translate(engine, sentence, beam, manifest) {
  const { limits, special_ids: special, decoding } = manifest;
  if (engine.translate) {
    const start = performance.now();
    const { text, score } = engine.translate(sentence.text, beam);
    return { ms: performance.now() - start, driver: 0, text, score };
  }
  let inside = 0;
  const timed = async (call) => {
    const start = performance.now();
    const result = call();
    const value = result instanceof Promise ? await result : result;
    inside += performance.now() - start;
    return value;
  };
  const rules = {
    beamSize: beam,
    lengthPenalty: decoding.length_penalty,
    limit: limitFor(sentence.ids.length, limits.max_target_tokens),
    bos: special.bos,
    eos: special.eos,
    forbidden: [special.pad, special.unk, special.bos],
  };
  const start = performance.now();
  await timed(() => engine.encode(sentence.ids));
  await timed(() => engine.start(beam));
  const step = (parents, tokens, position) => timed(() => engine.step(parents, tokens, position));
  const [best] = await search(step, rules);
  const ms = performance.now() - start;
  return { ms, driver: ms - inside, tokens: best.tokens, score: best.score };
}

/** What the machine can do at most, by kind of product: 10^9 mult-adds a second. */
export async function measurePeak(binaries, effort) {
  const KINDS = ["f32_multiply_add", "i16_dot", "f32_relaxed_madd", "i8_relaxed_dot"];
  const found = {};
  for (const bytes of binaries) {
    const { exports } = (await WebAssembly.instantiate(bytes)).instance;
    for (const kind of KINDS.filter((kind) => exports[kind])) {
      const repeats = 4000;
      await warmUp(() => void exports[kind](repeats), { warmUp: 4 * effort.warmUp });
      const times = [];
      for (let run = 0; run < effort.rounds; run += 1) {
        times.push(await time(() => void exports[kind](repeats), 1));
      }
      const best = (exports.mult_adds() * repeats) / quantile(times, 0) / 1e6;
      found[kind] = round(Math.max(best, found[kind] ?? 0));
    }
  }
  return found;
}

/** Texts of growing length: milliseconds for each 1,000 characters, and the memory after them. */
export async function measureLong(engine, sentences, effort) {
  const pool = sentences.map(({ text }) => text).join(" ");
  const records = [];
  for (const { text } of sentences) engine.translate(text, 4);
  for (const characters of LENGTHS.slice(0, effort.lengths)) {
    const text = `${pool} `.repeat(Math.ceil(characters / pool.length)).slice(0, characters);
    const start = performance.now();
    for (const { start, end, kind } of engine.segments(text)) {
      if (kind === "sentence") engine.translate(text.slice(start, end), 4);
    }
    const ms = ((performance.now() - start) * 1000) / characters;
    records.push({ engine: engine.name, characters, ms: round(ms), memory: engine.memory() });
  }
  return records;
}

/** The package's own Translator on a longer text: words a second by the Workers it may use. */
export async function measureWorkers({ Translator }, counts, sentences, effort) {
  // Long enough that all Workers have something to do for a second or two.
  const text = `${sentences.map(({ text }) => text).join("\n")}\n`.repeat(4 * effort.passes);
  const words = text.trim().split(/\s+/).length;
  const pools = [];
  for (const workers of counts) {
    const options = { sourceLanguage: "de", targetLanguage: "en", workers };
    const translator = await Translator.create(options);
    // Until the compiler is through in every Worker.
    await translator.translate(text);
    pools.push({ workers, translator, samples: [] });
  }
  for (let run = 0; run < 2 * effort.passes + 1; run += 1) {
    for (const { translator, samples } of pools) {
      samples.push(await time(() => translator.translate(text), 1));
    }
  }
  return pools.map(({ workers, translator, samples }) => {
    translator.destroy();
    return {
      workers,
      wordsPerSecond: round((1000 * words) / median(samples)),
      runs: samples.length,
    };
  });
}

/** Ids of no meaning, the end token last. */
function source(tokens) {
  return Uint32Array.from({ length: tokens }, (_, place) =>
    place === tokens - 1 ? 3 : 300 + ((place * 37) % 6000),
  );
}

/** Runs all subjects in turn; a slow one less often, once it has used up its time. */
async function alternate(subjects, { rounds, least, budget }) {
  const states = subjects.map((subject) => ({ ...subject, samples: [], runs: 0, spent: 0 }));
  for (let round = 0; round < rounds; round += 1) {
    for (const state of rotated(states, round)) {
      if (state.runs >= least && state.spent > budget) continue;
      const start = performance.now();
      state.samples.push(...(await state.sample()));
      state.spent += performance.now() - start;
      state.runs += 1;
    }
  }
  return states;
}

function rotated(list, by) {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/** Calls until the compiler has had its time; milliseconds of one of the last calls. */
async function warmUp(call, { warmUp }) {
  let last = 0;
  const end = performance.now() + warmUp;
  do {
    last = await time(call, 1);
  } while (performance.now() < end);
  return Math.max(last, 1e-3);
}

/** Milliseconds of some calls. */
async function time(call, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i += 1) await done(call());
  return performance.now() - start;
}

/** Waits where there is something to wait for; a sync engine must not pay for others' promises. */
function done(result) {
  return result instanceof Promise ? result : undefined;
}
