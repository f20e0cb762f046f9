import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { execute, installExample } from "../support/install.js";

test("lite-transformer/elements can be imported where there are no elements", async () => {
  const { folder, remove } = await installExample("node");
  try {
    await writeFile(
      join(folder, "server.mjs"),
      'const module = await import("lite-transformer/elements"); console.log(Object.keys(module).length);',
    );
    const { stdout, stderr } = await execute(process.execPath, ["server.mjs"], { cwd: folder });
    assert.deepEqual([stdout.trim(), stderr], ["0", ""]);
  } finally {
    await remove();
  }
});
