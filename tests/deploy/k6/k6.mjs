// Runs a script for k6 where there is no k6: the modules and executors that deploy/load/scenario.js uses, with k6's names and
// units. Called as `node k6.mjs run SCRIPT`, with the script's variables in the environment. All virtual users share one
// thread, so it takes tens of them, not thousands; what it measures is not comparable with k6.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { AsyncLocalStorage } from "node:async_hooks";
import { pathToFileURL } from "node:url";

const UNITS = { s: 1, m: 60, h: 3600 };
const seconds = (text) => Number(text.slice(0, -1)) * UNITS[text.at(-1)];

// Metrics: a list of numbers for a trend, [hits, all] for a rate, a number for a counter.
const trends = new Map();
const rates = new Map([["http_req_failed", [0, 0]], ["checks", [0, 0]]]);
const counters = new Map([["dropped_iterations", 0], ["iterations", 0]]);
const failedChecks = new Map();

function addToTrend(name, value) {
  if (!trends.has(name)) trends.set(name, []);
  trends.get(name).push(value);
}

function addToRate(name, hit) {
  const rate = rates.get(name);
  rate[0] += hit ? 1 : 0;
  rate[1] += 1;
}

const now = new AsyncLocalStorage();
const modules = {
  k6: {
    check(value, checks) {
      let passed = true;
      for (const [name, holds] of Object.entries(checks)) {
        const good = Boolean(holds(value));
        addToRate("checks", good);
        if (!good) failedChecks.set(name, (failedChecks.get(name) ?? 0) + 1);
        passed &&= good;
      }
      return passed;
    },
    sleep: (time) => new Promise((done) => setTimeout(done, time * 1000)),
  },
  "k6/http": {
    default: {
      async asyncRequest(method, url, body, { headers, tags }) {
        const begun = performance.now();
        let answer = { status: 0, body: "", json: () => null };
        try {
          const response = await fetch(url, { method, body, headers });
          const text = await response.text();
          answer = { status: response.status, body: text, json: () => JSON.parse(text) };
        } catch (error) {
          console.error(`${method} ${url}: ${error.cause ?? error}`);
        }
        const took = performance.now() - begun;
        addToTrend("http_req_duration", took);
        for (const [tag, value] of Object.entries(tags)) addToTrend(`http_req_duration{${tag}:${value}}`, took);
        addToRate("http_req_failed", answer.status < 200 || answer.status > 399);
        return answer;
      },
    },
  },
  "k6/metrics": {
    Trend: class {
      constructor(name) {
        this.name = name;
      }
      add(value) {
        addToTrend(this.name, value);
      }
    },
  },
  "k6/execution": {
    default: {
      get vu() {
        return { idInTest: now.getStore().vu };
      },
      get scenario() {
        return { iterationInTest: now.getStore().iteration };
      },
    },
  },
};

// The script's imports are found in a folder node_modules beside a copy of it. Answers a function that loads it anew, with
// variables of its own, as each virtual user of k6 has them.
function loader(script) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "k6-"));
  const k6 = path.join(folder, "node_modules", "k6");
  fs.mkdirSync(k6, { recursive: true });
  globalThis.k6Modules = modules;
  const exports = {};
  for (const [name, members] of Object.entries(modules)) {
    const file = `${name.replace("/", "-")}.mjs`;
    exports[name === "k6" ? "." : `./${name.slice(3)}`] = `./${file}`;
    const lines = Object.keys(members).map((member) => {
      const value = `globalThis.k6Modules[${JSON.stringify(name)}][${JSON.stringify(member)}]`;
      return member === "default" ? `export default ${value};` : `export const ${member} = ${value};`;
    });
    fs.writeFileSync(path.join(k6, file), lines.join("\n"));
  }
  fs.writeFileSync(path.join(k6, "package.json"), JSON.stringify({ name: "k6", exports }));
  const copy = path.join(folder, "script.mjs");
  fs.copyFileSync(script, copy);
  globalThis.__ENV = process.env;
  globalThis.open = (file) => fs.readFileSync(path.resolve(path.dirname(script), file), "utf8");
  process.on("exit", () => fs.rmSync(folder, { recursive: true }));
  return (vu) => import(`${pathToFileURL(copy)}?vu=${vu}`);
}

let users = 0;
const executors = {
  async "constant-vus"(scenario, run) {
    const end = Date.now() + seconds(scenario.duration) * 1000;
    let iteration = 0;
    const user = async (vu) => {
      while (Date.now() < end) await run(vu, iteration++);
    };
    await Promise.all(Array.from({ length: scenario.vus }, () => user(++users)));
  },
  async "constant-arrival-rate"(scenario, run) {
    const free = Array.from({ length: scenario.preAllocatedVUs }, () => ++users);
    const between = (seconds(scenario.timeUnit) * 1000) / scenario.rate;
    const begun = Date.now();
    const running = new Set();
    for (let iteration = 0; iteration * between < seconds(scenario.duration) * 1000; iteration++) {
      await modules.k6.sleep(Math.max(0, begun + iteration * between - Date.now()) / 1000);
      const vu = free.shift();
      if (vu === undefined) {
        counters.set("dropped_iterations", counters.get("dropped_iterations") + 1);
        continue;
      }
      const one = run(vu, iteration).finally(() => {
        free.push(vu);
        running.delete(one);
      });
      running.add(one);
    }
    await Promise.all(running);
  },
};

function summary() {
  const metrics = {};
  for (const [name, values] of trends) {
    values.sort((a, b) => a - b);
    const at = (share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
    const avg = values.reduce((sum, value) => sum + value, 0) / values.length;
    metrics[name] = { values: { count: values.length, avg, med: at(0.5), "p(95)": at(0.95), "p(99)": at(0.99), max: values.at(-1) } };
  }
  for (const [name, [hits, all]] of rates) metrics[name] = { values: { rate: all ? hits / all : 0 } };
  for (const [name, count] of counters) metrics[name] = { values: { count } };
  return { metrics };
}

function crossed(thresholds, { metrics }) {
  const found = [];
  for (const [name, conditions] of Object.entries(thresholds)) {
    for (const condition of conditions) {
      const [, stat, comparison, limit] = condition.match(/^(.+?)(<|>)([\d.]+)$/);
      const value = metrics[name]?.values[stat];
      const holds = comparison === "<" ? value < Number(limit) : value > Number(limit);
      if (!holds) found.push(`${name}: ${stat} is ${value}, not ${comparison} ${limit}`);
    }
  }
  return found;
}

const load = loader(process.argv.at(-1));
const script = await load(0);
await Promise.all(
  Object.values(script.options.scenarios).map((scenario) =>
    executors[scenario.executor](scenario, async (vu, iteration) => {
      const own = await load(vu);
      await now.run({ vu, iteration }, own[scenario.exec]);
    }),
  ),
);
const data = summary();
process.stdout.write(script.handleSummary(data).stdout);
for (const [name, count] of failedChecks) console.error(`not "${name}": ${count} times`);
const problems = crossed(script.options.thresholds, data);
for (const problem of problems) console.error(`threshold crossed: ${problem}`);
// What k6 ends with when a threshold is crossed.
process.exit(problems.length ? 99 : 0);
