import "./zod";

import { createRoot } from "react-dom/client";

import { App } from "./app";
import { keepFocus } from "./focus";
import "./style/base.css";
import "./style/layout.css";
import "./style/tasks.css";
import "./style/editor.css";
import "./style/chat.css";

keepFocus(document.body);
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
