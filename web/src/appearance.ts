// The theme and the density of the page. They are a person's settings; the browser remembers the last ones, so that the
// page does not change its colours while it loads.

const STORAGE_KEY = "taskwire.appearance";

export interface Appearance {
  /** `system`, `light` or `dark`. */
  theme?: string | undefined;
  /** `comfortable` or `compact`. */
  density?: string | undefined;
}

/** Shows the page so, and remembers it. */
export function applyAppearance({ theme, density }: Appearance): void {
  const { dataset } = document.documentElement;
  dataset.theme = theme ?? "system";
  dataset.density = density ?? "comfortable";
  // The frame of the browser follows a theme that a person chose; otherwise each of the two is for its own theme.
  const isChosen = dataset.theme !== "system";
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.dataset.system ??= meta.content;
    meta.content = isChosen ? getComputedStyle(document.documentElement).backgroundColor : meta.dataset.system;
  }
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ theme, density }));
  } catch {
    // The browser stores nothing: the page is right once the settings are loaded.
  }
}

/** The appearance of the last time. */
export function keptAppearance(): Appearance {
  try {
    return readAppearance(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "null"));
  } catch {
    return {};
  }
}

/** Reads what is stored; anything else is the default. */
export function readAppearance(kept: unknown): Appearance {
  const { theme, density } = (kept ?? {}) as Record<string, unknown>;
  return {
    ...(typeof theme === "string" ? { theme } : {}),
    ...(typeof density === "string" ? { density } : {}),
  };
}
