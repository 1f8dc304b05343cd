// Builds what the console loads into ../built: a script, a style sheet, a part with the charts that pages with charts
// load, and fonts, named by their content, each beside its gzip and brotli form; manifest.json says which is which.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";

const front = dirname(fileURLToPath(import.meta.url));
const built = join(front, "..", "built");

function pack(path, bytes) {
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
}

rmSync(built, { recursive: true, force: true });
mkdirSync(built, { recursive: true });
const result = await build({
  entryPoints: [join(front, "console.js"), join(front, "console.css")],
  assetNames: "[name]-[hash]",
  bundle: true,
  chunkNames: "[name]-[hash]",
  entryNames: "[name]-[hash]",
  format: "esm",
  legalComments: "none",
  loader: { ".woff2": "file" },
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: built,
  splitting: true,
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  write: false,
});
const manifest = {};
for (const { path, contents } of result.outputFiles) {
  writeFileSync(path, contents);
  const name = basename(path);
  if (!name.endsWith(".woff2")) pack(path, contents); // fonts are packed already
  const short = name.replace(/-[A-Z0-9]{8}\./, ".");
  manifest[short in manifest || short.startsWith("chunk.") ? name : short] = name;
}
writeFileSync(join(built, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
