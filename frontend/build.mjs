// Bundles src/ to the static folder of the theming package: hashed names and a manifest of them.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const source = join(here, "src");
const target = join(here, "..", "participatie", "theming", "static", "dist");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const manifest = {};

const bundle = await build({
  absWorkingDir: here,
  entryPoints: [join(source, "app.css"), join(source, "dark.css"), join(source, "app.js"), join(source, "map.css"), join(source, "map.js")],
  outdir: target,
  bundle: true,
  minify: true,
  metafile: true,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
  // Browsers of eight years ago: reading and voting must work there.
  target: ["chrome70", "edge79", "firefox63", "safari12"],
  legalComments: "eof",
  // The packages of NL Design System use properties such as `scale` and `gap` in a flex row,
  // that cannot be rewritten: older browsers leave them out, which costs a little air.
  logLevel: "warning",
});
for (const [file, output] of Object.entries(bundle.metafile.outputs)) {
  if (output.entryPoint) manifest[basename(output.entryPoint)] = basename(file);
}

const images = join(source, "images");
for (const name of (await readdir(images)).sort()) {
  const content = await readFile(join(images, name));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const extension = extname(name);
  const hashed = `${basename(name, extension)}-${hash}${extension}`;
  await writeFile(join(target, hashed), content);
  manifest[name] = hashed;
}

const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(join(target, "manifest.json"), JSON.stringify(sorted, null, 2) + "\n");
console.log(`${Object.keys(sorted).length} files in ${relative(process.cwd(), target)}`);
