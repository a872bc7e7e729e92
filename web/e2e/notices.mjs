// Notices about an action: warnings, errors and Undo: parts of the story in `page.test.mjs`.

import assert from "node:assert/strict";

import { becomes } from "./browser.mjs";

/** `page` is a function, because the page is opened after the parts are listed. */
export function noticeParts({ page, row, gone, shot, rest, find }) {
  const editor = (number) => row(number).locator("form.editor");
  const field = (number, label) => editor(number).getByLabel(label, { exact: true });
  const save = (number) => editor(number).getByRole("button", { name: "Save", exact: true }).click();
  const toast = (text) => page().locator(".toast").filter({ hasText: text });
  const undo = (text) => toast(text).getByRole("button", { name: "Undo" });
  const quickAdd = () => page().getByLabel("Add a task");

  async function make(fields) {
    const { number } = await rest("POST", "/api/v1/tasks", fields);
    await row(number).waitFor();
    return number;
  }

  async function open(number) {
    await row(number).locator("button.title").click();
    await editor(number).waitFor();
  }

  return [
    [
      "a save that moves the date says so, until the next action on the task",
      async () => {
        const number = await make({ title: "empty the bins", due: "2031-05-06" });
        await open(number);
        await field(number, "Repeats").fill("every monday");
        await save(number);
        await gone(editor(number));
        const warning = toast(`Saved: #${number} empty the bins`);
        await warning.getByText(/12 May/).first().waitFor();
        await shot("warning");
        // An action on another task leaves it.
        const other = await make({ title: "sort the bottles" });
        await row(other).getByRole("checkbox").click();
        await toast(`Done: #${other}`).waitFor();
        await becomes(() => warning.count(), 1);
        await row(number).getByRole("button", { name: /^Delete/ }).click();
        await gone(warning);
      },
    ],
    [
      "a warning of quick add names its task, and the next line begins without the last one's summary",
      async () => {
        await quickAdd().fill("measure the evry tues window tomorrow");
        await quickAdd().press("Enter");
        const summary = page().locator(".quick-added").getByText("measure the evry tues window");
        await summary.waitFor();
        await toast(/^Added: #\d+ measure the evry tues window/).waitFor();
        await quickAdd().fill("n");
        await gone(summary);
        await becomes(() => page().locator(".quick-added").textContent(), "");
        const { number } = await find("measure the evry tues window");
        await quickAdd().fill("");
        await row(number).getByRole("checkbox").click();
        await gone(toast("Added: #"));
      },
    ],
    [
      "a refused Undo stays, and its refusal goes when it holds no longer",
      async () => {
        const first = await make({ title: "tick daily", due: "every day" });
        await row(first).getByRole("checkbox").click();
        await gone(row(first));
        const next = page().locator("li.row-open").filter({ hasText: "tick daily" });
        await next.waitFor();
        const second = Number(await next.getAttribute("data-number"));
        await next.getByRole("checkbox").click();
        await gone(row(second));
        await undo(`Done: #${first} tick daily`).click();
        const refused = page().locator(".toast-error").filter({ hasText: `Task ${second}` });
        await refused.waitFor();
        await shot("refused");
        await undo(`Done: #${second} tick daily`).click();
        await row(second).waitFor();
        await gone(refused);
        await undo(`Done: #${first} tick daily`).click();
        await row(first).waitFor();
        await gone(toast("tick daily"));
        assert.equal((await rest("GET", `/api/v1/tasks/${first}`)).status, "open");
      },
    ],
    [
      "what is wrong is shown next to its field, in the form's words",
      async () => {
        const number = await make({ title: "polish the silver", due: "2031-05-06" });
        await open(number);
        await field(number, "Due").fill("");
        await field(number, "Repeats").fill("every blursday");
        await save(number);
        const nextTo = (label) =>
          editor(number)
            .locator(".field")
            .filter({ has: page().getByLabel(label, { exact: true }) })
            .locator('[role="alert"]');
        await nextTo("Due").getByText("Write a date in Due, or empty Repeats.").waitFor();
        await nextTo("Repeats").getByText(/"every blursday"/).waitFor();
        await becomes(() => field(number, "Repeats").getAttribute("aria-invalid"), "true");
        assert.doesNotMatch(await editor(number).textContent(), /\b(send|omit)\b|rrule|null/i);
        await shot("wrong-fields");
        await field(number, "Due").fill("2031-05-06");
        await becomes(() => nextTo("Due").textContent(), "");
        await field(number, "Repeats").fill("every tuesday");
        await save(number);
        await gone(editor(number));
      },
    ],
    [
      "a row shows all reminders, and its box is large enough for a finger",
      async () => {
        const reminders = [{ minutes_before: 60 }, { minutes_before: 10 }];
        const number = await make({ title: "meet the mayor", due: "2031-05-06T09:00", reminders });
        await row(number).getByText(/^.?\s*2 reminders: .*8:00; .*8:50$/).waitFor();
        const size = page().viewportSize();
        await page().setViewportSize({ width: 360, height: 740 });
        const { width, height } = await row(number).getByRole("checkbox").boundingBox();
        assert.ok(width >= 24 && height >= 24, `${width} by ${height} px`);
        await page().setViewportSize(size);
      },
    ],
  ];
}
