// A dialog over the page: the browser keeps the focus in it, Escape closes it, and the focus returns to what opened it.

import { useEffect, useId, useRef, type MouseEvent, type ReactNode } from "react";

interface Props {
  title: string;
  close: () => void;
  children: ReactNode;
}

export function Dialog({ title, close, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    // Development renders twice, and a dialog that is open cannot be opened.
    if (element !== null && !element.open) element.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  /** A press beside the dialog is on its backdrop. */
  function press({ target, currentTarget }: MouseEvent<HTMLDialogElement>) {
    if (target === currentTarget) close();
  }

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={heading}
      onMouseDown={press}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <div className="dialog-content">
        <header className="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" className="icon" aria-label="Close" onClick={close}>
            ×
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
