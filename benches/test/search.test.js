import assert from "node:assert/strict";
import test from "node:test";
import { limitFor, search } from "../lib/search.js";

const [BOS, EOS, A, B] = [0, 1, 2, 3];
const rules = { beamSize: 1, lengthPenalty: 1, limit: 8, bos: BOS, eos: EOS, forbidden: [BOS] };

/** A model of bigrams: logits by the token before. */
function bigrams(table) {
  return (_parents, tokens) => Float32Array.from(tokens.flatMap((token) => table[token]));
}

// After the start A is likelier than B, but all that follows it is unlikely.
const garden = bigrams({
  [BOS]: [9, -9, 1.1, 1],
  [A]: [9, 0, 0, 0],
  [B]: [9, 5, 0, 0],
});

test("greedy takes the likeliest token, never a forbidden one", async () => {
  const [best] = await search(garden, { ...rules, limit: 2 });
  assert.equal(best.tokens[0], A);
});

test("a beam finds what greedy misses", async () => {
  const found = await search(garden, { ...rules, beamSize: 2 });
  assert.equal(found.length, 2);
  assert.deepEqual(found[0].tokens, [B, EOS]);
  // Of the start's logits (9, -9, 1.1, 1) and B's (9, 5, 0, 0), by hand, over two tokens.
  const start = Math.log(Math.exp(9) + Math.exp(-9) + Math.exp(1.1) + Math.exp(1));
  const second = Math.log(Math.exp(9) + Math.exp(5) + 2);
  assert.ok(Math.abs(found[0].score - (1 - start + 5 - second) / 2) < 1e-5);
});

test("of equals the lower hypothesis and token come first", async () => {
  const asked = [];
  const even = (parents, tokens) => {
    asked.push({ parents, tokens });
    return new Float32Array(4 * tokens.length);
  };
  await search(even, { ...rules, beamSize: 2, limit: 3, forbidden: [BOS, EOS] });
  assert.deepEqual(asked[1], { parents: [0, 0], tokens: [A, B] });
  assert.deepEqual(asked[2], { parents: [0, 0], tokens: [A, B] });
});

test("the limit cuts off what is still alive", async () => {
  const endless = bigrams({ [BOS]: [0, -9, 5, 0], [A]: [0, -9, 5, 0], [B]: [0, -9, 5, 0] });
  const [best] = await search(endless, { ...rules, limit: 3 });
  assert.deepEqual(best.tokens, [A, A, A]);
  assert.ok(best.truncated);
  assert.equal(limitFor(10, 384), 36);
  assert.equal(limitFor(256, 384), 384);
});

test("a step may be a promise", async () => {
  const later = async (...step) => garden(...step);
  const rules2 = { ...rules, beamSize: 2 };
  assert.deepEqual(await search(later, rules2), await search(garden, rules2));
});
