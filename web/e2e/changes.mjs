// History, undo, the trash and tags: parts of the story in `page.test.mjs`.

import assert from "node:assert/strict";

import { becomes } from "./browser.mjs";

/** `page` is a function, because the page is opened after the parts are listed. */
export function changesParts({ page, row, gone, show, shot, rest }) {
  const dialog = (name) => page().getByRole("dialog", { name });
  const changes = () => dialog("Recent changes").getByRole("list", { name: "Changes" }).getByRole("listitem");
  const tag = (name) => dialog("Settings").locator(`[data-tag="${name}"]`);
  const told = (text) => dialog("Settings").getByRole("status").getByText(text).waitFor();

  async function press(name) {
    await page().locator("header.top").getByRole("button", { name, exact: true }).click();
  }

  async function close(name) {
    await page().keyboard.press("Escape");
    await gone(dialog(name));
  }

  /** Presses an action of a tag's line. */
  const act = (name, verb) => tag(name).getByRole("button", { name: `${verb}: ${name}` }).click();
  const confirm = (name, verb) => tag(name).getByRole("group").getByRole("button", { name: verb, exact: true }).click();

  return [
    [
      "the history of a task is a timeline of who changed what",
      async () => {
        const { number } = await rest("POST", "/api/v1/tasks", { title: "tune the piano", priority: "low" });
        await rest("PATCH", `/api/v1/tasks/${number}`, { title: "tune the grand piano", tags: ["music"] });
        await row(number).getByRole("button", { name: /^History/ }).click();
        const entries = dialog("History").getByRole("list", { name: "History" }).locator(":scope > li");
        await entries.nth(1).waitFor();
        await entries.first().getByText(/^Changed/).waitFor();
        await entries.first().getByText("Title: tune the piano → tune the grand piano").waitFor();
        await entries.first().getByText("Tags: nothing → music").waitFor();
        await entries.nth(1).getByText("Priority: low").waitFor();
        await entries.nth(1).getByText(/on the page$/).waitFor();
        // It follows the events.
        await rest("POST", `/api/v1/tasks/${number}/complete`, {});
        await entries.first().getByText("Completed").waitFor();
        await shot("history");
        await close("History");
      },
    ],
    [
      "a change is undone and redone, and the list follows",
      async () => {
        const { number } = await rest("POST", "/api/v1/tasks", { title: "build a kite" });
        await row(number).waitFor();
        await press("Changes");
        const line = changes().filter({ hasText: "build a kite" }).first();
        await line.getByText(`Added: #${number} build a kite`).waitFor();
        await line.getByRole("button", { name: /^Undo/ }).click();
        await gone(row(number));
        await line.getByText(`Undone: #${number} build a kite`).waitFor();
        await shot("changes");
        await line.getByRole("button", { name: /^Redo/ }).click();
        await row(number).waitFor();
        await close("Recent changes");
      },
    ],
    [
      "what is in the way of an undo is named",
      async () => {
        const { number } = await rest("POST", "/api/v1/tasks", { title: "paint a boat" });
        await rest("PATCH", `/api/v1/tasks/${number}`, { priority: "high" });
        await rest("PATCH", `/api/v1/tasks/${number}`, { priority: "low" });
        await press("Changes");
        const lines = changes().filter({ hasText: `#${number} paint a boat` });
        await lines.nth(2).waitFor();
        await lines.nth(1).getByRole("button", { name: /^Undo/ }).click();
        await lines.nth(1).getByRole("alert").getByText(`Task ${number} was changed since`).waitFor();
        await lines.nth(1).getByRole("alert").getByText("Undo the later change first.").waitFor();
        await close("Recent changes");
      },
    ],
    [
      "the trash is emptied after it has said how much is in it",
      async () => {
        const { number } = await rest("POST", "/api/v1/tasks", { title: "an old idea" });
        await rest("DELETE", `/api/v1/tasks/${number}`);
        await show("Trash");
        await row(number).waitFor();
        await page().getByRole("button", { name: "Empty the trash" }).click();
        const question = page().getByRole("group", { name: "Empty the trash" });
        await question.getByText(/^Delete \d+ tasks? for good/).waitFor();
        await shot("trash");
        await question.getByRole("button", { name: "Keep them" }).click();
        await becomes(() => row(number).isVisible(), true);
        await page().getByRole("button", { name: "Empty the trash" }).click();
        await question.getByRole("button", { name: "Delete for good" }).click();
        await page().getByText("The trash is empty.").waitFor();
        await show("Open");
      },
    ],
    [
      "a tag is renamed and recoloured, and the filter follows it",
      async () => {
        const { number } = await rest("POST", "/api/v1/tasks", { title: "water the roses", tags: ["balcony"] });
        await page().getByLabel("Tag", { exact: true }).selectOption("balcony");
        await row(number).waitFor();
        await press("Settings");
        await dialog("Settings").getByRole("button", { name: "Tags" }).click();
        await act("balcony", "Edit");
        await tag("balcony").getByLabel("Name").fill("Work");
        await tag("balcony").getByRole("button", { name: "Save" }).click();
        await tag("balcony").getByRole("alert").getByText(/already exists/).waitFor();
        await tag("balcony").getByLabel("Name").fill("terrace");
        await tag("balcony").getByRole("radio", { name: "orange" }).check();
        await shot("tags");
        await tag("balcony").getByRole("button", { name: "Save" }).click();
        await tag("balcony").getByText("Rename balcony to terrace? This changes 1 task.").waitFor();
        await confirm("balcony", "Rename");
        await told("balcony is now terrace.");
        await row(number).getByText("terrace").waitFor();
        await becomes(() => page().getByLabel("Tag", { exact: true }).inputValue(), "terrace");
        const { items } = await rest("GET", "/api/v1/tags");
        assert.equal(items.find(({ name }) => name === "terrace").color, "#ee854a");
      },
    ],
    [
      "tags are merged and deleted, and both can be undone",
      async () => {
        const { number } = await rest("POST", "/api/v1/tasks", { title: "buy soil", tags: ["plants", "terrace"] });
        await close("Settings");
        await press("Settings");
        await dialog("Settings").getByRole("button", { name: "Tags" }).click();
        await act("plants", "Merge");
        await tag("plants").getByLabel("Merge into").selectOption({ label: "terrace" });
        await tag("plants").getByRole("button", { name: "Merge", exact: true }).click();
        await tag("plants").getByText("Merge plants into terrace? This changes 1 task. plants is deleted.").waitFor();
        await confirm("plants", "Merge");
        await told("plants is merged into terrace.");
        await gone(tag("plants"));
        assert.deepEqual((await rest("GET", `/api/v1/tasks/${number}`)).tags, ["terrace"]);
        await act("terrace", "Delete");
        await tag("terrace").getByText("Delete terrace? It is taken off 2 tasks.").waitFor();
        await confirm("terrace", "Delete");
        await told("terrace is deleted.");
        await dialog("Settings").getByRole("button", { name: "Undo" }).click();
        await tag("terrace").getByText("2 open, 2 in all").waitFor();
        assert.deepEqual((await rest("GET", `/api/v1/tasks/${number}`)).tags, ["terrace"]);
        await close("Settings");
        await page().getByLabel("Tag", { exact: true }).selectOption("");
      },
    ],
  ];
}
