// How a row opens the history of its task.

import { createContext } from "react";

import type { TaskView } from "../contract";

export const ShowHistory = createContext<(task: TaskView) => void>(() => {});
