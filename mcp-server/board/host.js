// The host that shows the board: JSON-RPC 2.0 by postMessage (MCP Apps, revision 2026-01-26).

const REVISION = "2026-01-26";

/** A call that changes tasks waits for the host, which may first ask the person. */
const ANSWER_MS = 120_000;

/** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void, timer: number }>} */
const unanswered = new Map();

let lastId = 0;

/** @param {Record<string, unknown>} message */
function post(message) {
  // The host may have any origin; nothing is sent that it has not given, but for what the person did here.
  window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
}

/**
 * @param {string} method
 * @param {Record<string, unknown>} params
 */
function notify(method, params = {}) {
  post({ method, params });
}

/**
 * @param {string} method
 * @param {Record<string, unknown>} params
 * @returns {Promise<any>}
 */
function ask(method, params) {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    const late = () => {
      unanswered.delete(id);
      reject(new Error("There was no answer. The change may have been made: refresh before you repeat it."));
    };
    unanswered.set(id, { resolve, reject, timer: window.setTimeout(late, ANSWER_MS) });
    post({ id, method, params });
  });
}

/**
 * Answers the host and hears it.
 * @param {Record<string, (params: any) => void>} heard what to do on which notification
 */
function listen(heard) {
  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || data?.jsonrpc !== "2.0") return;
    if (typeof data.method !== "string") {
      answered(data);
    } else if (data.id === undefined) {
      heard[data.method]?.(data.params ?? {});
    } else if (data.method === "ping" || data.method === "ui/resource-teardown") {
      post({ id: data.id, result: {} });
    } else {
      post({ id: data.id, error: { code: -32601, message: "Method not found" } });
    }
  });
}

/** @param {{ id?: unknown, result?: unknown, error?: { message?: string } }} message */
function answered({ id, result, error }) {
  const question = unanswered.get(Number(id));
  if (question === undefined) return;
  unanswered.delete(Number(id));
  clearTimeout(question.timer);
  if (error === undefined) question.resolve(result);
  else question.reject(new Error(error.message ?? "The host refused the call."));
}
