// Greedy and beam search as src/search.rs has it, for engines that run the decoder only. Greedy is a beam of one.

/**
 * The best hypotheses, the best first: [{ tokens, score, truncated }].
 * `step(parents, tokens, position)` gives the logits of all live hypotheses, one after the other, or a promise of them.
 */
export async function search(step, rules) {
  const { beamSize, lengthPenalty, limit, bos, eos } = rules;
  let live = [{ tokens: [], sum: 0 }];
  let parents = [0];
  let tokens = [bos];
  const closed = [];
  const close = (tokens, sum, truncated) => {
    closed.push({ tokens, score: sum / tokens.length ** lengthPenalty, truncated });
  };
  for (let position = 0; position < limit; position += 1) {
    const given = step(parents, tokens, position);
    const logits = given instanceof Promise ? await given : given;
    const next = [];
    parents = [];
    const candidates = bestContinuations(logits, live, rules);
    for (const [rank, { sum, parent, token }] of candidates.entries()) {
      const continued = [...live[parent].tokens, token];
      if (token === eos) {
        if (rank < beamSize && closed.length < beamSize) close(continued, sum, false);
      } else if (next.length < beamSize) {
        next.push({ tokens: continued, sum });
        parents.push(parent);
      }
    }
    live = next;
    tokens = live.map((hypothesis) => hypothesis.tokens.at(-1));
    if (closed.length >= beamSize || live.length === 0) {
      live = [];
      break;
    }
  }
  for (const { tokens, sum } of live) close(tokens, sum, true);
  return closed.sort((a, b) => b.score - a.score);
}

/** The most target tokens of a source, both with their end tokens. */
export function limitFor(sourceTokens, maxTargetTokens) {
  return Math.min(maxTargetTokens, 2 * sourceTokens + 16);
}

/** The `2 * beamSize` best continuations; of equals the one of the lower hypothesis, then the lower token. */
function bestContinuations(logits, live, { beamSize, forbidden }) {
  const wanted = 2 * beamSize;
  const vocabulary = logits.length / live.length;
  const candidates = [];
  let floor = Number.NEGATIVE_INFINITY;
  for (let parent = 0; parent < live.length; parent += 1) {
    const row = logits.subarray(parent * vocabulary, (parent + 1) * vocabulary);
    const base = live[parent].sum - logSumExp(row);
    for (let token = 0; token < vocabulary; token += 1) {
      const sum = base + row[token];
      if (!(sum > floor) || forbidden.includes(token)) continue;
      let place = candidates.length;
      while (place > 0 && candidates[place - 1].sum < sum) place -= 1;
      candidates.splice(place, 0, { sum, parent, token });
      if (candidates.length > wanted) candidates.pop();
      if (candidates.length === wanted) floor = candidates[wanted - 1].sum;
    }
  }
  return candidates;
}

function logSumExp(row) {
  let highest = row[0];
  for (let i = 1; i < row.length; i += 1) if (row[i] > highest) highest = row[i];
  let total = 0;
  // What is 25 below the highest is a hundred-billionth of it.
  const negligible = highest - 25;
  for (let i = 0; i < row.length; i += 1) {
    if (row[i] > negligible) total += Math.exp(row[i] - highest);
  }
  return highest + Math.log(total);
}
