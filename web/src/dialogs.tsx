// The dialogs of the page. They are a script of their own, loaded when the first one is opened: most visits need none.

import { Changes } from "./changes/changes";
import { History } from "./changes/history";
import type { TaskView, UserView } from "./contract";
import { Dialog } from "./dialog";
import type { Endings } from "./account/account";
import { Inbox } from "./notifications/inbox";
import type { Notifications } from "./notifications/use-notifications";
import { Settings } from "./settings/settings";
import type { Change } from "./settings/setting";
import type { Changed } from "./settings/tags";
import type { TasksState } from "./tasks/use-tasks";

/** The dialog that is open: the history is that of a task. */
export type Opened = "inbox" | "changes" | "settings" | TaskView;

interface Props {
  opened: Opened;
  close: () => void;
  user: UserView;
  state: TasksState;
  notifications: Notifications;
  openTask: (number: number) => void;
  change: Change;
  endings: Endings;
  tagChanged: Changed;
}

export function Dialogs({ opened, close, user, state, notifications, openTask, change, endings, tagChanged }: Props) {
  switch (opened) {
    case "settings":
      return (
        <Dialog title="Settings" close={close}>
          <Settings user={user} change={change} endings={endings} tagChanged={tagChanged} />
        </Dialog>
      );
    case "inbox":
      return (
        <Dialog title="Inbox" close={close}>
          <Inbox
            notifications={notifications}
            version={state.reminded + state.changes}
            openTask={(number) => {
              close();
              openTask(number);
            }}
          />
        </Dialog>
      );
    case "changes":
      return (
        <Dialog title="Recent changes" close={close}>
          <Changes version={state.changes} undone={state.reload} />
        </Dialog>
      );
    default:
      return (
        <Dialog title="History" close={close}>
          <History task={opened} version={state.changes} />
        </Dialog>
      );
  }
}
