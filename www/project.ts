import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Project } from "./src/text/project.ts";

/** Version and repository from the built package's package.json, the commit from git where there is one. */
export function project(manifest: string): Project {
  const { version, repository } = JSON.parse(readFileSync(manifest, "utf8"));
  const address: unknown = typeof repository === "string" ? repository : repository?.url;
  return {
    version,
    commit: commit(),
    repository: typeof address === "string" ? address.replace(/^git\+|\.git$/g, "") : "",
  };
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short=10", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return ""; // built from an archive
  }
}
