// Formats values of tools as text.

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A value as JSON without invisible characters: a person must see what they approve, and a direction mark
 * can make "no" read as something else.
 */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value ?? {}, null, 2);
  return text.replace(/[\p{Cf}\p{Zl}\p{Zp}\u00ad]/gu, (mark) => {
    const code = mark.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** The readable part of a tool's output: MCP text content if there is any, otherwise JSON. */
export function outputText(output: unknown): string {
  if (typeof output === "string") return output;
  if (isRecord(output) && Array.isArray(output.content)) {
    const texts = output.content.flatMap((part) =>
      isRecord(part) && typeof part.text === "string" ? [part.text] : [],
    );
    if (texts.length > 0) return texts.join("\n");
  }
  return JSON.stringify(output, null, 2) ?? "";
}

/** A tool's output in one line: its tasks, and the errors. */
export function brief(output: unknown): string {
  if (!isRecord(output)) return outputText(output).split("\n", 1)[0] ?? "";
  const list = (key: string) => (Array.isArray(output[key]) ? output[key].filter(isRecord) : []);
  const tasks = [...list("results"), ...list("tasks")]
    .map((item) => (isRecord(item.task) ? item.task : item))
    .flatMap(({ number, title }) => (typeof number === "number" ? [`#${number} ${String(title ?? "")}`] : []));
  const failures = list("failures").flatMap(({ message }) => (typeof message === "string" ? [message] : []));
  const words = [...tasks, ...failures].join("; ");
  if (words !== "") return words;
  const text = outputText(output);
  return text.startsWith("{") ? "" : (text.split("\n", 1)[0] ?? "");
}

/** The numbers of the tasks that a call names. */
export function namedTasks(input: unknown): number[] {
  if (!isRecord(input)) return [];
  return [input.numbers, input.tasks]
    .flat()
    .map((item) => (isRecord(item) ? item.number : item))
    .filter((item) => typeof item === "number");
}

/** Whether an MCP output is an error. */
export function isRefusal(output: unknown): boolean {
  return isRecord(output) && output.isError === true;
}
