import "./zod";

import { createRoot } from "react-dom/client";

import { App } from "./app";
import "./style/base.css";
import "./style/layout.css";
import "./style/tasks.css";
import "./style/editor.css";
import "./style/chat.css";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
