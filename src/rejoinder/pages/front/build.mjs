// Builds what the survey pages load into ../built: one script, one style sheet, and a chunk for each language of
// the renderer, named by their content, each beside its gzip and brotli form; manifest.json says which is which.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";

const front = dirname(fileURLToPath(import.meta.url));
const built = join(front, "..", "built");
const renderer = dirname(createRequire(import.meta.url).resolve("survey-core"));

/** Language code → the renderer's file with its words. */
function languages() {
  const folder = join(renderer, "fesm", "i18n");
  const found = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".mjs") && name !== "index.mjs")) {
    const code = /localeCode: "([^"]+)"/.exec(readFileSync(join(folder, file), "utf8"));
    if (code) found[code[1]] = `survey-core/i18n/${basename(file, ".mjs")}`;
  }
  return found;
}

/** The module "languages": how to load each language's words when they are needed. */
const languagesModule = {
  name: "languages",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^languages$/ }, () => ({ path: "languages", namespace: "languages" }));
    esbuild.onLoad({ filter: /.*/, namespace: "languages" }, () => {
      const lines = Object.entries(languages()).map(([code, path]) => `"${code}": () => import("${path}")`);
      return { contents: `export default {${lines.join(",")}};`, resolveDir: front };
    });
  },
};

function pack(path, bytes) {
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
}

rmSync(built, { recursive: true, force: true });
mkdirSync(built, { recursive: true });
const result = await build({
  entryPoints: [join(front, "survey.js"), join(front, "page.css")],
  bundle: true,
  chunkNames: "[name]-[hash]",
  entryNames: "[name]-[hash]",
  format: "esm",
  legalComments: "none",
  loader: { ".svg": "dataurl" },
  metafile: true,
  minify: true,
  outdir: built,
  plugins: [languagesModule],
  splitting: true,
  target: ["es2020", "chrome90", "firefox90", "safari15"],
  logLevel: "warning",
  write: false,
});
for (const { path, contents } of result.outputFiles) {
  writeFileSync(path, contents);
  pack(path, contents);
}

/** The built file that a source file became. */
function became(source) {
  const outputs = Object.entries(result.metafile.outputs);
  return outputs.find(([, output]) => output.entryPoint?.endsWith(source));
}

const [script, { imports }] = became("front/survey.js");
const manifest = {
  script: basename(script),
  style: basename(became("front/page.css")[0]),
  needs: imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => basename(path)),
  languages: {},
};
for (const [code, path] of Object.entries(languages())) {
  manifest.languages[code] = basename(became(`${path.replace("survey-core/", "fesm/")}.mjs`)[0]);
}
writeFileSync(join(built, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
