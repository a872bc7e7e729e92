import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The page begins with one script; that of the dialogs is loaded when one is opened.
    modulePreload: false,
    // A data: script or style would be refused by the content security policy.
    assetsInlineLimit: 0,
  },
  // `npm run dev` works with a running `taskwire serve`.
  // The server compares Origin with Host, so the browser's Host must reach it.
  server: { proxy: { "/api": { target: "http://127.0.0.1:8484", changeOrigin: false } } },
});
