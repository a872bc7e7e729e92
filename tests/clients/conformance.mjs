// Runs the official MCP conformance suite against a server that asks for a token, which the suite cannot send: a proxy
// on this machine adds it and passes everything else on as it is.
//
//   node conformance.mjs URL TOKEN REVISION BASELINE

import { spawn } from "node:child_process";
import http from "node:http";
import path from "node:path";

const [target, token, revision, baseline] = process.argv.slice(2);
const server = new URL(target);

const proxy = http.createServer((request, response) => {
  const headers = { ...request.headers, authorization: `Bearer ${token}` };
  const options = { host: server.hostname, port: server.port, path: request.url, method: request.method, headers };
  const onward = http.request(options, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
});

proxy.listen(0, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${proxy.address().port}${server.pathname}`;
  const suite = path.join(
    process.env.TASKWIRE_TEST_CLIENTS,
    "node_modules/@modelcontextprotocol/conformance/dist/index.js",
  );
  const words = [suite, "server", "--url", url, "--requirements", revision, "--expected-failures", baseline];
  spawn(process.execPath, words, { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 1));
});
