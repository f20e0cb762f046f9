// Loads one engine and prints what it took: a process of its own for each.
import { PRODUCTS } from "./engines.js";
import { measureLoad } from "./load.js";
import { host } from "./node.js";

const { name, sentences, manifest } = JSON.parse(process.argv[2]);
const engine = PRODUCTS.find((engine) => engine.name === name);
console.log(JSON.stringify(await measureLoad(engine, host, sentences, manifest)));
