import type { CorpusState } from "../app/corpus-state";
import { noCorpus } from "../app/corpus-state";
import type { CorpusResult } from "../maps/corpus";

/** The sample as `npm run record-corpus -w tests/browser` has measured it with the small German model. */
export async function recordedCorpus(): Promise<CorpusState> {
  const { default: file } = await import("./corpus.json");
  const { model, ...result } = file as { model: string } & CorpusResult;
  return { ...noCorpus, result, model };
}

/** Its hundred sentences. */
export async function sample(): Promise<string> {
  return (await import("./sample.txt?raw")).default;
}
