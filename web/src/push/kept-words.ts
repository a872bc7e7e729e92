// What this browser keeps about its notifications, and what their addresses ask for. Pure, so that it can be tested.

/** The browser's subscription, and the channel that leads to it. */
export interface Device {
  user: string;
  channel: string;
  endpoint: string;
}

/** Reads what the browser keeps; undefined if it is no device, or that of somebody else. */
export function readDevice(text: string | null, user: string): Device | undefined {
  const device = anyDevice(text);
  return device?.user === user ? device : undefined;
}

/** Reads what the browser keeps, whoever it belongs to. */
export function anyDevice(text: string | null): Device | undefined {
  try {
    const { user, channel, endpoint } = JSON.parse(text ?? "null") as Partial<Device>;
    if (typeof user !== "string" || typeof channel !== "string" || typeof endpoint !== "string") return undefined;
    return { user, channel, endpoint };
  } catch {
    return undefined;
  }
}

/** The task that an address asks for, such as `#task=5`. */
export function taskOf(hash: string): number | undefined {
  const [, digits] = /^#task=([1-9]\d{0,14})$/.exec(hash) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
