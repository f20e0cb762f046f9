/** One document through a translator: `lite-transformer de en < in > out`. */

import { readFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { type Format, formatOf, translateDocument } from "../formats/index.js";
import { Translator } from "../index.js";
import type { Size } from "../types.js";
import { UsageError } from "./options.js";
import { ProgressBar } from "./progress.js";

type Values = Readonly<Record<string, string | undefined>>;

export async function translateFile(positionals: readonly string[], values: Values): Promise<void> {
  const [sourceLanguage, targetLanguage, file, ...others] = positionals;
  if (!sourceLanguage || !targetLanguage)
    throw new UsageError("expected SOURCE and TARGET, such as de en");
  if (others.length > 0) throw new UsageError(`expected one FILE, got ${others.length + 1}`);
  const format = (values.format as Format | undefined) ?? formatOf(file ?? "") ?? "txt";
  if (values.maps && format !== "txt")
    throw new UsageError(`--maps is for the format txt, this is ${format}`);
  const content = await read(file);
  const translator = await Translator.create({
    sourceLanguage,
    targetLanguage,
    size: values.size as Size | undefined,
    workers: values.workers ? Number(values.workers) : "auto",
  });
  const beamSize = values.beam ? Number(values.beam) : undefined;
  const bar = new ProgressBar(process.stderr);
  try {
    const translation = values.maps
      ? await withMaps(translator, content, beamSize, values.maps)
      : await translateDocument(translator, content, {
          format,
          beamSize,
          onProgress: (done, total) => bar.update(done, total),
        });
    bar.clear();
    await write(values.out, translation);
  } finally {
    bar.clear();
    translator.destroy();
  }
}

async function withMaps(
  translator: Translator,
  content: string,
  beamSize: number | undefined,
  path: string,
): Promise<string> {
  const shown = await translator.visualize(content, { beamSize });
  const plain = (_: string, value: unknown) => (value instanceof Float32Array ? [...value] : value);
  await writeFile(path, `${JSON.stringify(shown, plain)}\n`);
  return shown.translation;
}

async function read(file: string | undefined): Promise<string> {
  const bytes = file === undefined ? await buffer(process.stdin) : await readFile(file);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${file ?? "standard input"} isn't UTF-8`);
  }
}

async function write(path: string | undefined, text: string): Promise<void> {
  if (path !== undefined) return writeFile(path, text);
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
