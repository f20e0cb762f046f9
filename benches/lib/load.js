// How long an engine takes from bytes to ready, and the memory it ends up with: in a process or page of its own.
import { load } from "./engines.js";
import { translate } from "./measure.js";

/** Milliseconds of loading, and bytes of WebAssembly memory after translating all sentences with a beam of four. */
export async function measureLoad(engine, host, sentences, manifest) {
  const memories = recordMemories();
  const loaded = await load(engine, host);
  const { code, model, both } = loaded.loading;
  for (const sentence of sentences) await translate(loaded, sentence, 4, manifest);
  // onnxruntime-web makes its memory itself, the others show theirs.
  const made = memories.map(({ buffer }) => buffer.byteLength);
  return { code, model, ms: both ?? code + model, memory: loaded.memory?.() ?? Math.max(...made) };
}

/** Memories only grow, so what they are at the end is the most they were. */
function recordMemories() {
  const memories = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  return memories;
}
