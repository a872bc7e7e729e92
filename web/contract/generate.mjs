// Writes web/src/contract.ts: the schemas of docs/openapi.json as TypeScript types. With --check it only compares.

import { readFile, writeFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";

const SOURCE = new URL("../../docs/openapi.json", import.meta.url);
const TARGET = new URL("../src/contract.ts", import.meta.url);
const HEADER = "// Generated from docs/openapi.json by `make contract`. Do not edit.\n\n";

const document = JSON.parse(await readFile(SOURCE, "utf8"));
// The page calls few paths and has its own functions for them; their types would be most of the file.
const schemas = { ...document, paths: {}, components: { schemas: document.components.schemas } };
const nodes = await openapiTS(schemas, {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  rootTypesKeepCasing: true,
  silent: true,
});
const wanted = HEADER + astToString(nodes);

if (process.argv.includes("--check")) {
  const present = await readFile(TARGET, "utf8").catch(() => "");
  if (present !== wanted) {
    console.error("web/src/contract.ts does not match docs/openapi.json. Run `make contract`.");
    process.exitCode = 1;
  }
} else {
  await writeFile(TARGET, wanted);
}
