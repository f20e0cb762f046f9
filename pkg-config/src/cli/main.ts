#!/usr/bin/env node
/** `npx lite-transformer`. Exit codes: 0 done, 1 it failed, 2 it was called in a wrong way. */

import { readFileSync } from "node:fs";
import { translateFile } from "./document.js";
import { help, parse, UsageError } from "./options.js";
import { serve } from "./serve.js";

async function main(args: string[]): Promise<void> {
  const { values, flags, positionals } = parse(args);
  if (flags.has("help")) {
    process.stdout.write(help());
  } else if (flags.has("version")) {
    const { version } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    process.stdout.write(`${version}\n`);
  } else if (values.serve !== undefined) {
    if (positionals.length > 0)
      throw new UsageError("--serve takes no languages: it serves all there are");
    const address = await serve(Number(values.serve), values);
    process.stderr.write(`listening at ${address}\n`);
  } else {
    await translateFile(positionals, values);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  // Whoever reads the output has had enough.
  if (code !== "EPIPE") process.stderr.write(`lite-transformer: ${message}\n`);
  if (error instanceof UsageError) process.stderr.write("--help tells what there is.\n");
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
