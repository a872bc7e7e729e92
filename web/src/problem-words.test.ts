import { expect, test } from "vitest";

import { describe, describeFields, describeForm, readProblem } from "./api";

const refused = (problem: object) => readProblem(422, JSON.stringify(problem));

test("a refusal speaks of the form's fields, each next to its own", () => {
  const error = refused({
    code: "series_without_due",
    detail: '"due" is null, but "recurrence" makes the task repeat, and a repeating task needs a due date.',
    hint: 'Omit "due", send a date, or send "recurrence": null.',
    errors: [
      { pointer: "/due", detail: '"due" is null, but "recurrence" makes the task repeat, and a repeating task needs a due date.' },
      { pointer: "/recurrence/text", detail: '"every blursday" is not a rule.' },
    ],
  });
  const { fields, form } = describeForm(error);
  expect(form).toBeUndefined();
  expect(fields.due).toEqual({
    detail: "A task that repeats needs a due date.",
    hint: "Write a date in Due, or empty Repeats.",
  });
  expect(fields.recurrence?.detail).toBe('"every blursday" is not a rule.');
  expect(fields.recurrence?.hint).toMatch(/^Write a rule such as "every day"/);
});

test("a rule that is refused after another field is named too, and so is an empty Due", () => {
  const { fields } = describeForm(
    refused({
      code: "empty_title",
      detail: "The title is empty.",
      hint: "Send a title that says what to do.",
      errors: [
        { pointer: "/title", detail: "The title is empty." },
        { pointer: "/due", detail: '"due" is null, but "recurrence" makes the task repeat.' },
        { pointer: "/recurrence/text", detail: '"every blursday" is not a rule.' },
        { pointer: "/tags/3", detail: "A tag's name is empty." },
      ],
    }),
  );
  expect(fields.title).toEqual({ detail: "The title is empty.", hint: "Write a title that says what to do." });
  expect(fields.due?.detail).toBe("Due is empty, but Repeats makes the task repeat.");
  expect(fields.recurrence?.detail).toBe('"every blursday" is not a rule.');
  expect(fields.tags).toEqual({ detail: "A tag's name is empty." });
});

test("no hint of a request reaches a person", () => {
  const hints: [string, string, string][] = [
    ["already_completed", "", 'Send "series": true to complete the open task of the series.'],
    ["wrong_occurrence", "", "Read the task again and send its occurrence."],
    ["two_rules", "/due", 'Send a date as "due", or omit "recurrence".'],
    ["invalid_recurrence", "/recurrence/text", 'Send words such as "every day", or send an RRULE as "rrule".'],
    ["ambiguous_move", "/recurrence", 'Send the rule from then on as "recurrence", or "scope": "this".'],
    ["reminder_without_due", "/reminders/0", 'Send "due" too, or a reminder with "at".'],
    ["a_code_of_tomorrow", "", "Omit If-Match."],
  ];
  for (const [code, pointer, hint] of hints) {
    const error = refused({ code, detail: "No.", hint, errors: pointer === "" ? [] : [{ pointer, detail: "No." }] });
    for (const told of [describe(error), ...Object.values(describeForm(error).fields)]) {
      expect(told.detail).toBe("No.");
      expect(told.hint ?? "", code).not.toMatch(/\b(send|omit)\b|"(due|recurrence|scope|rrule|at|series)"/i);
    }
  }
});

test("a hint for people stays, and a limit keeps its number", () => {
  expect(describe(refused({ code: "successor_changed", detail: "No.", hint: "Reopen task 64 first." })).hint).toBe(
    "Reopen task 64 first.",
  );
  const long = { code: "too_long", detail: "No.", hint: "Send at most 500 characters.", errors: [{ pointer: "/title", detail: "No." }] };
  expect(describeForm(refused(long)).fields.title?.hint).toBe("Use at most 500 characters.");
});

test("what belongs to no field is told for the form", () => {
  expect(describeForm(refused({ code: "task_not_open", detail: "Task 3 is deleted.", hint: "Restore it first." }))).toEqual({
    fields: {},
    form: { detail: "Task 3 is deleted.", hint: "Restore it first." },
  });
  expect(describeForm(new Error("cut"))).toEqual({ fields: {}, form: { detail: "cut" } });
});

test("any form gets each error at its field, and the rest as a whole", () => {
  const error = refused({
    code: "invalid_name",
    detail: "The user name is not valid.",
    hint: "Send 1 to 100 characters on one line.",
    errors: [
      { pointer: "/name", detail: "The user name is not valid." },
      { pointer: "/password", detail: "The password is too short." },
      { pointer: "/zone", detail: "Unknown time zone." },
    ],
  });
  expect(describeFields(error, ["name", "password"])).toEqual({
    fields: {
      name: { detail: "The user name is not valid.", hint: "Use 1 to 100 characters on one line." },
      password: { detail: "The password is too short." },
    },
    form: { detail: "Unknown time zone." },
  });
  const wrong = { code: "wrong_password", detail: "The password is wrong.", hint: "Send the password with which this user signs in." };
  expect(describeFields(refused({ ...wrong, errors: [{ pointer: "/password", detail: wrong.detail }] }), ["password"]).fields).toEqual({
    password: { detail: wrong.detail, hint: "Write the password with which you sign in." },
  });
});
