import "./zod";

import { createRoot } from "react-dom/client";

import { App } from "./app";
import { applyAppearance, keptAppearance } from "./appearance";
import { keepFocus } from "./focus";
import "./style/base.css";
import "./style/layout.css";
import "./style/quick-add.css";
import "./style/tasks.css";
import "./style/subtasks.css";
import "./style/editor.css";
import "./style/chat.css";
import "./style/dialog.css";
import "./style/notifications.css";

applyAppearance(keptAppearance());
keepFocus(document.body);
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
