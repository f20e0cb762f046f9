/** `lite-transformer/elements` in Node: there are no elements to define. */

export type * from "./types.js";
