// Time zones. The page shows everything in the owner's zone, whatever the browser's zone.

import { createContext, use } from "react";

/** The browser's IANA zone. */
export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The owner's IANA zone. */
export const OwnerZone = createContext("UTC");

export function useZone(): string {
  return use(OwnerZone);
}

/** Whether two names mean the same zone, such as Asia/Calcutta and Asia/Kolkata. */
export function isSameZone(one: string, other: string): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** A zone's name for people. */
export function zoneName(zone: string): string {
  return zone.replaceAll("_", " ");
}

function canonical(zone: string): string {
  try {
    return Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    // This browser does not know the zone.
    return zone;
  }
}
