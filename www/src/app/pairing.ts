import type { SentenceVisualization } from "lite-transformer";
import type { Manifest } from "./manifest";

/** What a file needs to say which model its numbers are from. */
export type ModelName = Pick<Manifest, "name" | "files">;

/** One sentence through the page's model and through the Transformer that it is compared with. */
export interface Pairing {
  lite: SentenceVisualization;
  plain: SentenceVisualization;
  models: Record<"lite" | "plain", ModelName | null>;
  /** It comes from a file, not from models at work, and its sentence isn't the page's. */
  recorded: boolean;
}
