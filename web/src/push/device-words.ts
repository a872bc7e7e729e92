// What this browser can do about push messages, in words. Pure, so that it can be tested.

import type { ProblemMessage } from "../problem-words";

/** What a browser offers. */
export interface Means {
  /** Whether the page came over https, or from the machine itself. */
  isSecure: boolean;
  hasWorkers: boolean;
  hasPush: boolean;
  /** Undefined where there are no notifications. */
  permission: NotificationPermission | undefined;
}

/** Why notifications cannot be switched on; undefined if they can. */
export function obstacle({ isSecure, hasWorkers, hasPush, permission }: Means): ProblemMessage | undefined {
  if (!isSecure) {
    return {
      detail: "A browser takes notifications only from a page that it loaded over https.",
      hint: "Open Taskwire over https, or as localhost on the machine that it runs on.",
    };
  }
  if (!hasWorkers || !hasPush || permission === undefined) {
    return { detail: "This browser does not support notifications of pages that are closed.", hint: "Add another channel below." };
  }
  if (permission === "denied") {
    return {
      detail: "Notifications of this page are blocked in this browser.",
      hint: "Allow them in the browser's settings for this page, then reload it.",
    };
  }
  return undefined;
}

/** The bytes of base64url. */
export function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

/** Base64url without padding. */
export function keyText(bytes: ArrayBuffer | null): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
