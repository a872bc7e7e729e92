// Dates and series on the page: parts of the story in `page.test.mjs`.

import assert from "node:assert/strict";

import { becomes } from "./browser.mjs";

/** `page` is a function, because the page is opened after the parts are listed. */
export function dateParts({ page, row, gone, show, shot, rest, find }) {
  const field = () => page().getByLabel("Add a task");
  const mark = (kind) => page().locator(`.line-text .mark-${kind}`);
  const chip = (name) => page().getByRole("group", { name: "Recognised parts" }).getByRole("button", { name });
  const meaning = () => page().locator(".meaning");
  let rent;

  /** Fills one field of the row's editor and saves. */
  async function edit(number, label, value, scope) {
    await row(number).locator("button.title").click();
    const editor = row(number).locator("form.editor");
    await editor.getByLabel(label).fill(value);
    if (scope) await editor.getByLabel("Move").selectOption({ label: scope });
    await editor.getByRole("button", { name: "Save" }).click();
    await gone(editor);
  }

  return [
    [
      "what is understood is marked under the words while they are typed",
      async () => {
        await field().click();
        await page().keyboard.type("🎂 pay rent every last workday at 17:00 p1 #home", { delay: 5 });
        await mark("recurrence").getByText("every last workday at 17:00", { exact: true }).waitFor();
        await mark("priority").getByText("p1", { exact: true }).waitFor();
        await mark("tag").getByText("#home", { exact: true }).waitFor();
        await meaning().getByText(/^due .*17:00 · every last workday.* · next .* · high priority · #home$/).waitFor();
        await page().locator(".parse-summary [role=status]").getByText("every last workday").waitFor({ state: "attached" });
        // The layer lies exactly under the input's own text: both are measured with the same font.
        const [layer, input] = await page().evaluate(() => {
          const style = (selector) => getComputedStyle(document.querySelector(selector));
          const read = ({ font, letterSpacing }) => ({ font, letterSpacing });
          const box = (selector) => document.querySelector(selector).getBoundingClientRect();
          const left = (element, inner) => Math.round(element.left + Number.parseFloat(inner.paddingLeft) + 1);
          return [
            { ...read(style(".line-text")), left: Math.round(box(".line-text").left) },
            { ...read(style(".line input")), left: left(box(".line input"), style(".line input")) },
          ];
        });
        assert.deepEqual(layer, input);
        await shot("typing");
      },
    ],
    [
      "one press makes a mark plain words, and the task is made so",
      async () => {
        // The chips follow the field and its button, in the order of the words.
        for (const _ of ["the button", "the rule", "the priority"]) await page().keyboard.press("Tab");
        assert.ok(await chip(/^p1/).evaluate((element) => element === document.activeElement));
        await page().keyboard.press("Enter");
        await gone(mark("priority"));
        await page().locator(".meaning", { hasText: "#home", hasNotText: "priority" }).waitFor();
        await becomes(() => chip(/^p1/).getAttribute("aria-pressed"), "false");
        assert.ok(await chip(/^p1/).evaluate((element) => element === document.activeElement));
        await shot("dismissed");
        // An edit elsewhere in the line moves the choice along with its words.
        await field().press("Home");
        await page().keyboard.type("x ");
        await meaning().getByText(/^due/).waitFor();
        await becomes(() => chip(/^p1/).getAttribute("aria-pressed"), "false");
        await field().press("Enter");
        await page().locator(".quick-added").getByText("pay rent").waitFor();
        await becomes(() => field().inputValue(), "");
        const task = await find("x 🎂 pay rent p1");
        assert.equal(task.priority, "none");
        assert.deepEqual(task.tags, ["home"]);
        rent = task.number;
        await row(rent).getByText("every last workday").waitFor();
      },
    ],
    [
      "a press on the marked words themselves does the same",
      async () => {
        await field().fill("call mark tomorrow");
        await mark("due").waitFor();
        const box = await mark("due").boundingBox();
        const point = [box.x + box.width / 2, box.y + box.height / 2];
        await page().mouse.click(...point);
        await gone(mark("due"));
        await chip(/^tomorrow/).click();
        await mark("due").waitFor();
        await field().fill("");
        await gone(chip(/./));
      },
    ],
    [
      "one key keeps a mark as text, a doubtful one first",
      async () => {
        await field().fill("");
        await field().click();
        await page().keyboard.type("Hire p1 engineer tomorrow");
        await page().locator(".line-text .mark-priority.unsure").waitFor();
        await page().locator(".parse-summary .warning").getByText(/^“p1”: read as a priority/).waitFor();
        await page().locator(".keys").getByText("keeps “p1” as text").waitFor();
        await page().keyboard.press("Escape");
        await gone(mark("priority"));
        await becomes(() => chip(/^p1/).getAttribute("aria-pressed"), "false");
        await page().locator(".keys").getByText("keeps “tomorrow” as text").waitFor();
        // Right behind a mark, Backspace keeps it too; the next one deletes a letter.
        await page().keyboard.press("Backspace");
        await gone(mark("due"));
        await becomes(() => field().inputValue(), "Hire p1 engineer tomorrow");
        await page().keyboard.press("Enter");
        await page().locator(".quick-added").getByText("Hire p1 engineer tomorrow").waitFor();
        const { due, priority } = await find("Hire p1 engineer tomorrow");
        assert.deepEqual([due, priority], [null, "none"]);
        await page().keyboard.type("call tomorrow");
        await mark("due").waitFor();
        await page().keyboard.press("Backspace");
        await page().keyboard.press("Backspace");
        await becomes(() => field().inputValue(), "call tomorro");
        await field().fill("");
      },
    ],
    [
      "what is not understood is said, and a long line keeps its marks in place",
      async () => {
        await field().fill("water the plants evry tues");
        await mark("doubt").getByText("evry tues").waitFor();
        await page().locator(".parse-summary .warning").waitFor();
        await field().fill(`${"a long way to go ".repeat(12)}tomorrow`);
        await field().press("End");
        await mark("due").waitFor();
        await page().waitForFunction(() => {
          const input = document.querySelector(".line input");
          return input.scrollLeft > 0 && Math.abs(document.querySelector(".line-text").scrollLeft - input.scrollLeft) <= 1;
        });
        const [marked, frame] = [await mark("due").boundingBox(), await field().boundingBox()];
        assert.ok(marked.x > frame.x && marked.x + marked.width <= frame.x + frame.width);
        await field().fill("");
      },
    ],
    [
      "what an input method composes is not asked about before it is there",
      async () => {
        const asked = [];
        const note = (request) => request.url().includes("preview=true") && asked.push(request.postDataJSON().text);
        page().on("request", note);
        const keyboard = await page().context().newCDPSession(page());
        await field().fill("");
        await field().focus();
        const compose = (text) =>
          keyboard.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
        await compose("tomor");
        // Longer than the page waits after a keystroke.
        await page().waitForTimeout(300);
        await compose("tomorr");
        await keyboard.send("Input.insertText", { text: "tomorrow" });
        await mark("due").getByText("tomorrow", { exact: true }).waitFor();
        assert.deepEqual(asked, ["tomorrow"]);
        page().off("request", note);
        await keyboard.detach();
        await field().fill("");
      },
    ],
    [
      "without an answer nothing is marked, and adding still works",
      async () => {
        await page().route("**/quick?preview=true", (route) => route.abort());
        await field().fill("feed the cat tomorrow");
        await field().press("Enter");
        await page().locator(".quick-added").getByText("feed the cat").waitFor();
        await page().unroute("**/quick?preview=true");
        assert.equal((await find("feed the cat")).status, "open");
      },
    ],
    [
      "a recurring task says why it is due when it is",
      async () => {
        await row(rent).getByText("why this date?").click();
        await row(rent).locator(".why li").first().waitFor();
        await row(rent).locator(".why").getByText(/^Next: /).waitFor();
        await shot("why");
        await row(rent).getByText("why this date?").click();
      },
    ],
    [
      "moving one of a series asks what else moves",
      async () => {
        const { number, due } = await rest("POST", "/api/v1/tasks", { title: "team lunch", due: "every friday at 12:30" });
        await row(number).waitFor();
        await edit(number, "Due", "next monday at 13:00", "Only this one");
        const moved = await rest("GET", `/api/v1/tasks/${number}`);
        assert.notEqual(moved.due, due);
        assert.equal(moved.due_weekday, "Monday");
        assert.match(moved.recurrence.text, /friday/i);
        await row(number).getByText(/13:00/).waitFor();
      },
    ],
    [
      "a skipped occurrence makes room for the next, and comes back by Undo",
      async () => {
        const { number } = await find("team lunch");
        await row(number).getByRole("button", { name: /^Skip/ }).click();
        await gone(row(number));
        await page().locator("li.row-open").filter({ hasText: "team lunch" }).waitFor();
        await show("Skipped");
        await row(number).getByText(/^skipped /).waitFor();
        await show("Open");
        await page().locator(".toast").getByRole("button", { name: "Undo" }).last().click();
        await row(number).waitFor();
        assert.equal((await rest("GET", `/api/v1/tasks/${number}`)).status, "open");
      },
    ],
    [
      "a rule can be set in the editor",
      async () => {
        const { number } = await find("feed the cat");
        await edit(number, "Repeats", "every 2 days");
        await row(number).getByText("every 2 days").waitFor();
      },
    ],
    [
      "the agenda shows days by week",
      async () => {
        await page().getByRole("group", { name: "Status" }).getByRole("button", { name: "Agenda" }).click();
        const day = page().locator(".agenda [data-date]");
        await day.filter({ hasText: "feed the cat" }).first().waitFor();
        await day.locator(".row-upcoming").filter({ hasText: "feed the cat" }).first().waitFor();
        assert.ok((await page().locator(".agenda h3").count()) > 0);
        await shot("agenda");
        // It follows the events.
        const { number } = await rest("POST", "/api/v1/tasks", { title: "post a letter", due: "tomorrow" });
        await day.filter({ hasText: "post a letter" }).waitFor();
        await rest("DELETE", `/api/v1/tasks/${number}`);
        await gone(day.filter({ hasText: "post a letter" }));
        await show("Open");
      },
    ],
  ];
}
