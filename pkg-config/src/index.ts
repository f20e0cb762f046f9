/** The package with all its models, which are fetched when they are asked for. */

import { MODELS } from "../models/index.js";
import { addModels } from "./core.js";

addModels(...MODELS);

export * from "./core.js";
