// The few statistics of the benchmark.

/** The value below which a share of the values lies, between the two nearest of them. */
export function quantile(values, share) {
  if (values.length === 0) throw new RangeError("no values");
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

export const median = (values) => quantile(values, 0.5);

export const sum = (values) => values.reduce((a, b) => a + b, 0);

/** What is kept of many timings. */
export function summary(values) {
  return {
    runs: values.length,
    median: round(median(values)),
    lowest: round(quantile(values, 0)),
    quartiles: [0.25, 0.75].map((share) => round(quantile(values, share))),
  };
}

/** Four significant digits: more is noise. */
export function round(value) {
  return Number(value.toPrecision(4));
}
