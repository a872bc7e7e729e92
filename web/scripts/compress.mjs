// Puts a brotli and a gzip copy next to each text file of the build that is large enough: the server sends them as they are.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = fileURLToPath(new URL("../dist", import.meta.url));
const smallest = 1024;

for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, name);
  if (!/\.(js|css|html|svg|json|txt)$/.test(name) || !statSync(path).isFile()) continue;
  const bytes = readFileSync(path);
  if (bytes.length < smallest) continue;
  const brotli = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  };
  for (const [ending, copy] of [
    [".br", brotliCompressSync(bytes, brotli)],
    [".gz", gzipSync(bytes, { level: 9 })],
  ]) {
    if (copy.length < bytes.length) writeFileSync(path + ending, copy);
  }
}
