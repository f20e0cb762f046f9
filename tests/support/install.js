/** The package as a user has it: packed, installed into a folder of its own, with an example beside it. */

import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

export const execute = promisify(execFile);

/** `npm pack`: where the archive lies, and what it holds. */
export async function pack(folder) {
  const { stdout } = await execute(NPM, ["pack", "--json", "--pack-destination", folder], {
    cwd: join(ROOT, "dist/npm"),
  });
  const [{ filename, files }] = [JSON.parse(stdout)].flat();
  return { archive: join(folder, filename), files: files.map(({ path }) => path) };
}

/** A temporary folder with the package in its node_modules and an example's files in it. */
export async function installExample(name) {
  const folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const { archive } = await pack(folder);
    const installed = join(folder, "node_modules/lite-transformer");
    await mkdir(installed, { recursive: true });
    await execute("tar", ["-xzf", archive, "--strip-components=1", "-C", installed]);
    await cp(join(installed, "examples", name), folder, { recursive: true });
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Builds the folder's site with the workspace's own Vite. */
export async function viteBuild(folder) {
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const output = await execute(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: folder,
  });
  // On a busy machine it tells which plugin was slow: nothing about the output.
  const [warnings] = output.stderr.split(/^.*\[PLUGIN_TIMINGS\]/m);
  return { ...output, stderr: warnings };
}
