// How the board looks: its groups, rows and controls.

/**
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @returns {E}
 */
function part(id) {
  return /** @type {E} */ (document.getElementById(id));
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Partial<HTMLElementTagNameMap[K]>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  // Titles are text, whatever they contain.
  made.append(...children);
  return made;
}

function draw() {
  if (shown === undefined) return;
  const { groups, today, hasMore, call } = shown;
  const focused = document.activeElement?.getAttribute("data-key");
  part("groups").replaceChildren(...groups.filter(({ tasks }) => tasks.length > 0).map(groupOf));
  /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${focused}"]`))?.focus();
  const canAct = allowed.serverTools !== undefined;
  const isEmpty = groups.every(({ tasks }) => tasks.length === 0);
  const limit = call?.name === "tasks_find" ? Number(call.arguments.limit ?? 20) : LIMIT;
  part("note").textContent = isEmpty
    ? "No tasks."
    : hasMore && limit >= LIMIT
      ? "Only the first tasks are shown."
      : canAct
        ? ""
        : "This host shows tasks and does not let you change them here.";
  part("more").hidden = !canAct || !hasMore || limit >= LIMIT;
  part("refresh").hidden = !canAct || call === undefined;
  part("week").hidden = !canAct || isEmpty || today === undefined;
  if (today !== undefined) part("week").replaceChildren(...days(today).map(dayTarget));
}

/** @param {string} today */
function days(today) {
  return Array.from({ length: WEEK }, (_, index) => addDays(today, index));
}

/** @param {string} day */
function dayTarget(day) {
  const target = element("li", {}, dayName(day, shown?.today));
  acceptTasks(target, day);
  return target;
}

/** @param {Group} group */
function groupOf({ name, date, tasks }) {
  const list = element("section", {}, ...(name === "" ? [] : [element("h2", {}, name)]), element("ul", {}, ...tasks.map(row)));
  list.ariaLabel = name === "" ? "Tasks" : name;
  if (date !== undefined) acceptTasks(list, date);
  return list;
}

/**
 * @param {HTMLElement} target
 * @param {string} day
 */
function acceptTasks(target, day) {
  const mark = (/** @type {boolean} */ isOver) => target.classList.toggle("over", isOver);
  target.addEventListener("dragover", (event) => {
    if (dragged === undefined) return;
    event.preventDefault();
    mark(true);
  });
  target.addEventListener("dragleave", () => mark(false));
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (dragged !== undefined) void move(dragged, day);
  });
}

/** @param {Task} task */
function row(task) {
  const status = task.status ?? "open";
  const canAct = allowed.serverTools !== undefined;
  const item = element("li", { className: "task", draggable: canAct && status === "open" });
  item.dataset.status = status;
  item.dataset.number = String(task.number);
  item.addEventListener("dragstart", (event) => {
    dragged = task;
    event.dataTransfer?.setData("text/plain", task.title);
  });
  item.addEventListener("dragend", () => {
    dragged = undefined;
  });
  const text = element("div", {}, element("div", { className: "title", dir: "auto" }, task.title), details(task));
  item.append(box(task, status, canAct), text);
  if (canAct && status === "open") item.append(mover(task));
  return item;
}

/** A key that finds the control again when the list is drawn anew. @param {string} kind @param {Task} task */
function key(kind, { number, occurrence }) {
  return `${kind}-${number}-${(occurrence ?? "").replace(/\W/g, "")}`;
}

/**
 * @param {Task} task
 * @param {string} status
 * @param {boolean} canAct
 */
function box(task, status, canAct) {
  const isOpen = status === "open";
  const verb = isOpen ? "Complete" : status === "deleted" ? "Restore" : "Reopen";
  const made = element("input", { type: "checkbox", checked: !isOpen, disabled: !canAct, ariaLabel: `${verb}: ${task.title}` });
  made.dataset.key = key("box", task);
  made.addEventListener("change", () => void (isOpen ? complete(task) : reopen(task)));
  return made;
}

/** @param {Task} task */
function details(task) {
  const meta = element("div", { className: "meta" });
  const add = (/** @type {string | undefined} */ text, className = "") => {
    if (text !== undefined && text !== "") meta.append(element("span", { className }, text));
  };
  add(task.upcoming ? "next in the series" : undefined);
  if (task.due !== undefined) {
    add(`${dueName(task.due, shown?.today)}${task.overdue ? ", overdue" : ""}`, task.overdue ? "overdue" : "");
  }
  add(task.priority && `${task.priority} priority`);
  add(task.recurrence?.text);
  add(task.tags?.map((tag) => `#${tag}`).join(" "));
  add(task.subtasks && `subtasks: ${task.subtasks}`);
  return meta;
}

/** Moves a task without a pointer, or on a touch screen. @param {Task} task */
function mover(task) {
  const made = element("select", { ariaLabel: `Move: ${task.title}` }, element("option", { value: "" }, "Move to"));
  made.dataset.key = key("move", task);
  const { today } = shown ?? {};
  made.disabled = today === undefined;
  if (today !== undefined) {
    // A later hour means something only where there is a time.
    if (parts(task.due ?? "")?.time && !task.upcoming) made.append(element("option", { value: "in 1 hour" }, "In an hour"));
    const choices = [...days(today), addDays(today, 14)];
    made.append(...choices.map((day) => element("option", { value: day }, dayName(day, today))));
  }
  made.addEventListener("change", () => {
    if (made.value === "in 1 hour") void snooze(task);
    else if (made.value !== "") void move(task, made.value);
  });
  return made;
}
