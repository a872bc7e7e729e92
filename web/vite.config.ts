import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** A running `taskwire serve`; `/act` are the links of notifications. */
const served = { target: "http://127.0.0.1:8484", changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The page begins with one script; that of the dialogs is loaded when one is opened.
    modulePreload: false,
    // A data: script or style would be refused by the content security policy.
    assetsInlineLimit: 0,
  },
  // The server compares Origin with Host, so the browser's Host must reach it.
  server: { proxy: { "/api": served, "/act": served } },
});
