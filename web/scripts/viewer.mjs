// Puts the viewer of the API next to the page: /docs/try. The server embeds both.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("..", import.meta.url));
const folder = join(web, "dist", "docs");

mkdirSync(folder, { recursive: true });
for (const name of ["try.html", "viewer.js"]) copyFileSync(join(web, "viewer", name), join(folder, name));
// The licence asks for its text and the notice.
for (const name of ["LICENSE", "NOTICE"]) {
  copyFileSync(join(web, "node_modules", "swagger-ui-dist", name), join(folder, `swagger-ui.${name}.txt`));
}
for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  const text = readFileSync(join(web, "node_modules", "swagger-ui-dist", name), "utf8");
  // Source maps are not served.
  writeFileSync(join(folder, name), text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*$/m, ""));
}
