// What a change of a tag would do, in words. Pure, so that it can be tested.

import type { TagPatch, TagView } from "../contract";
import { countText } from "../changes/change-text";

/** A change of a tag that a person has asked for. */
export type TagAction = { do: "change"; patch: TagPatch } | { do: "merge"; into: TagView } | { do: "delete" };

/** The colours that the server gives to tags, readable in both themes, each unlike the others. */
export const COLORS: readonly (readonly [color: string, name: string])[] = [
  ["#4878d0", "blue"],
  ["#5fb4e5", "light blue"],
  ["#3ba7a0", "teal"],
  ["#2f7d4f", "dark green"],
  ["#6acc64", "green"],
  ["#d5a021", "yellow"],
  ["#ee854a", "orange"],
  ["#d65f5f", "red"],
  ["#c7679b", "pink"],
  ["#956cb4", "purple"],
  ["#8c613c", "brown"],
  ["#8c8c8c", "grey"],
];

/** The colours to choose from, with the one that the tag has. */
export function colorsFor(color: string): readonly (readonly [color: string, name: string])[] {
  return COLORS.some(([known]) => known === color.toLowerCase()) ? COLORS : [...COLORS, [color, color]];
}

/** What differs from the tag as it is; undefined if nothing does. */
export function patchOf(tag: TagView, name: string, color: string): TagPatch | undefined {
  const patch: TagPatch = {};
  if (name.trim() !== tag.name) patch.name = name.trim();
  if (color !== tag.color) patch.color = color;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** The question before it is done, such as "Rename home to house? This changes 12 tasks." */
export function question(tag: TagView, action: TagAction, count: number): string {
  const tasks = countText(count);
  switch (action.do) {
    case "change":
      return `Rename ${tag.name} to ${action.patch.name ?? tag.name}? This changes ${tasks}.`;
    case "merge":
      return `Merge ${tag.name} into ${action.into.name}? ${tasks === "" ? "No task has it." : `This changes ${tasks}.`} ${tag.name} is deleted.`;
    case "delete":
      return `Delete ${tag.name}? ${tasks === "" ? "No task has it." : `It is taken off ${tasks}.`}`;
  }
}

/** What was done. */
export function outcome(tag: TagView, action: TagAction): string {
  switch (action.do) {
    case "change":
      return action.patch.name === undefined ? `${tag.name} has another colour.` : `${tag.name} is now ${action.patch.name}.`;
    case "merge":
      return `${tag.name} is merged into ${action.into.name}.`;
    case "delete":
      return `${tag.name} is deleted.`;
  }
}

/** Whether a person has to confirm it: what goes, and what changes tasks. */
export function isAsked(action: TagAction, count: number): boolean {
  return action.do !== "change" || (count > 0 && action.patch.name !== undefined);
}

/** The name that the list is filtered by afterwards; empty if the tag is gone. */
export function nameAfter(tag: TagView, action: TagAction): string {
  switch (action.do) {
    case "change":
      return action.patch.name ?? tag.name;
    case "merge":
      return action.into.name;
    case "delete":
      return "";
  }
}
