// A host of MCP Apps, with the official package's own side of the protocol. `board.test.mjs` gives it the tools.

import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

/** What the board told the model. */
globalThis.contexts = [];
/** Heights that the board asked for. */
globalThis.heights = [];

let bridge;

/** Shows the board with the result of this call. */
globalThis.open = async (call, { theme, capabilities }) => {
  const frame = document.querySelector("iframe");
  const { contentWindow } = frame;
  bridge = new AppBridge(null, { name: "test-host", version: "1" }, capabilities, {
    hostContext: { theme, locale: "en-GB", styles: { variables: { "--font-sans": "serif" } } },
  });
  bridge.oncalltool = ({ name, arguments: args }) => globalThis.callTool(name, args);
  bridge.onupdatemodelcontext = async ({ content }) => {
    globalThis.contexts.push(content[0].text);
    return {};
  };
  bridge.onsizechange = ({ height }) => globalThis.heights.push(height);
  const initialized = new Promise((resolve) => {
    bridge.oninitialized = resolve;
  });
  await bridge.connect(new PostMessageTransport(contentWindow, contentWindow));
  frame.src = "https://app.test/";
  await initialized;
  await bridge.sendToolInput({ arguments: call.arguments });
  await bridge.sendToolResult(await globalThis.callTool(call.name, call.arguments));
};

globalThis.setTheme = (theme) => bridge.setHostContext({ theme, locale: "en-GB" });
globalThis.cancel = () => bridge.sendToolCancelled({ reason: "test" });
globalThis.close = () => bridge.teardownResource({});
