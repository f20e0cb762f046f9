// node xtask/api.mjs PACKAGE --reference | --report | --check: the package's API as its types say it. --reference writes
// PACKAGE/docs/reference, a page for everything, by API Documenter. --report writes pkg-config/api/*.api.md, by API
// Extractor, in which a change of the API shows; --check fails where these reports aren't what the types say.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

/** The entries that have types of their own, and what the reference calls them: to the tool each is a package. */
const ENTRIES = {
  index: "lite-transformer",
  formats: "lite-transformer-formats",
  elements: "lite-transformer-elements",
};

const root = resolve(process.argv[2]);
const wanted = (flag) => process.argv.includes(flag);
const own = resolve("pkg-config/api");
const folder = mkdtempSync(join(tmpdir(), "lite-transformer-api-"));
const documenter = resolve("node_modules/@microsoft/api-documenter/bin/api-documenter");

try {
  for (const entry of Object.keys(ENTRIES)) extract(entry);
  if (wanted("--reference")) document(join(root, "docs/reference"));
  for (const entry of Object.keys(ENTRIES)) {
    const report = readFileSync(join(folder, `${entry}.api.md`), "utf8");
    const kept = join(own, `${entry}.api.md`);
    if (wanted("--report")) writeFileSync(kept, report);
    if (wanted("--check") && readFileSync(kept, "utf8") !== report)
      throw new Error(
        `${kept} isn't what the types say; if they are meant: node xtask/api.mjs ${process.argv[2]} --report`,
      );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function extract(entry) {
  const path = entry === "index" ? "lib/index.d.ts" : `lib/${entry}/index.d.ts`;
  const packageJson = join(root, "package.json");
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, path),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "es2022",
            lib: ["es2022", "dom", "dom.iterable"],
            module: "nodenext",
            moduleResolution: "nodenext",
            types: [],
            skipLibCheck: true,
          },
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${entry}.api.md`,
        reportFolder: folder,
        reportTempFolder: join(folder, "temp"),
      },
      docModel: { enabled: true, apiJsonFilePath: join(folder, `${entry}.api.json`) },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        extractorMessageReporting: {
          default: { logLevel: "none" },
          // The other entries speak of the types of this one.
          "ae-forgotten-export": { logLevel: entry === "index" ? "error" : "none" },
        },
        tsdocMessageReporting: { default: { logLevel: "none" } },
      },
    },
    configObjectFullPath: undefined,
    packageJson: { name: ENTRIES[entry], version: "0.0.0" },
    packageJsonFullPath: packageJson,
  });
  const { errorCount } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = message.logLevel !== "error";
    },
  });
  if (errorCount > 0) throw new Error(`${path}: API Extractor found ${errorCount} errors`);
}

function document(out) {
  rmSync(out, { recursive: true, force: true });
  const options = ["markdown", "--input-folder", folder, "--output-folder", out];
  execFileSync(process.execPath, [documenter, ...options], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
