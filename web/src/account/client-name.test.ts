import { expect, test } from "vitest";

import { clientName } from "./client-name";

test("a browser is named with its system", () => {
  const mozilla = "Mozilla/5.0";
  const cases: [string, string][] = [
    [`${mozilla} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0`, "Firefox on Linux"],
    [`${mozilla} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0`, "Edge on Windows"],
    [`${mozilla} (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36`, "Chrome on Android"],
    [`${mozilla} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1`, "Safari on iOS"],
    [`${mozilla} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15`, "Safari on macOS"],
    [`${mozilla} (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0 Safari/537.36`, "Chrome on Linux"],
  ];
  for (const [agent, name] of cases) expect(clientName(agent)).toBe(name);
});

test("another program keeps its name, and one without a name is unknown", () => {
  expect(clientName("curl/8.9.1")).toBe("curl/8.9.1");
  expect(clientName("taskwire/1.0 (cli)")).toBe("taskwire/1.0");
  for (const nothing of [null, undefined, " "]) expect(clientName(nothing)).toBe("Unknown program");
});
