// A focused element may disappear: a button that removes itself, a row that leaves its list. The focus then moves to the
// nearest element, and not to the top of the page.

const FOCUSABLE =
  "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex='0']";

/** Watches everything below `root`, for as long as the page lives. */
export function keepFocus(root: HTMLElement): void {
  let last: Element | null = null;

  root.addEventListener("focusin", ({ target }) => {
    last = target instanceof Element ? target : null;
  });
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget !== null) return;
    // Some browsers report this for an element that is being removed; one that still exists was left on purpose.
    queueMicrotask(() => {
      if (target === last && last?.isConnected) last = null;
    });
  });
  new MutationObserver((records) => {
    const gone = last;
    if (gone === null || gone.isConnected || document.activeElement !== document.body) return;
    last = null;
    const next = nearest(records, gone) ?? focusableIn(root.querySelector("main"));
    next?.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true });
}

function nearest(records: MutationRecord[], gone: Element): HTMLElement | undefined {
  const removal = removalOf(records, gone);
  if (removal === undefined) return undefined;
  const { target, nextSibling, previousSibling } = removal;
  // A parent may have been removed too, with its siblings.
  if (!target.isConnected) return target instanceof Element ? nearest(records, target) : undefined;
  const sibling = forward(nextSibling) ?? backward(previousSibling);
  if (sibling !== undefined) return sibling;
  for (let around: Node | null = target; around instanceof HTMLElement; around = around.parentNode) {
    if (isFocusable(around)) return around;
    const after = forward(around.nextSibling);
    if (after !== undefined) return after;
  }
  return undefined;
}

/** The newest change that removed the element. */
function removalOf(records: MutationRecord[], gone: Element): MutationRecord | undefined {
  return records.findLast(({ removedNodes }) => Array.from(removedNodes).some((node) => node.contains(gone)));
}

function forward(from: Node | null): HTMLElement | undefined {
  for (let node = from; node !== null; node = node.nextSibling) {
    const found = focusableIn(node);
    if (found !== undefined) return found;
  }
  return undefined;
}

function backward(from: Node | null): HTMLElement | undefined {
  for (let node = from; node !== null; node = node.previousSibling) {
    const found = focusableIn(node);
    if (found !== undefined) return found;
  }
  return undefined;
}

function focusableIn(node: Node | null): HTMLElement | undefined {
  if (!(node instanceof HTMLElement) || !node.isConnected) return undefined;
  if (isFocusable(node)) return node;
  return Array.from(node.querySelectorAll<HTMLElement>(FOCUSABLE)).find(isVisible);
}

function isFocusable(element: HTMLElement): boolean {
  return element.matches(FOCUSABLE) && isVisible(element);
}

function isVisible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}
