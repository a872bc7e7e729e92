// Generated from docs/openapi.json by `make contract`. Do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Deletes an account. */
        AccountDeletion: {
            /** @description The user's name, so that nobody deletes an account by mistake. */
            name: string;
            /** @description The password. Without one, the request must come from a session that began in the last 10 minutes. */
            password?: string | null;
        };
        /** @description Who did it and through which interface; on every event. */
        Actor: {
            /** @description The chat message that led to this. */
            chat_turn?: string | null;
            /** @description The name of the program, such as an MCP client's `name/version`. */
            client?: string | null;
            /**
             * Format: uuid
             * @description The token or session that was used; none for Taskwire's own consumers.
             */
            token?: string | null;
            /** @description The tool call within that turn. */
            tool_call?: string | null;
            /**
             * Format: uuid
             * @description The owner of the rows that changed.
             */
            user: string;
            /** @description The interface. */
            via: components["schemas"]["Via"];
        };
        /** @description Days with the tasks due on them, in the owner's zone or the one that was asked for. */
        Agenda: {
            /** @description The requested days, each present. */
            days: components["schemas"]["AgendaDay"][];
            /** @description Open tasks whose due value has passed, oldest first. */
            overdue: components["schemas"]["TaskView"][];
            /** @description The current day in the zone. */
            today: string;
            /** @description Whether the list is truncated. */
            truncated: boolean;
            /** @description The first day of the owner's week, such as `monday`. */
            week_start: string;
            /** @description Its English weekday. */
            weekday: string;
            /** @description The owner's zone, or the one that was asked for. */
            zone: string;
        };
        /** @description One day. */
        AgendaDay: {
            /** @description The date. */
            date: string;
            /** @description Open tasks due on it, earliest first, without the overdue ones. */
            tasks: components["schemas"]["TaskView"][];
            /** @description Future occurrences of open series, if each is done on its day. */
            upcoming: components["schemas"]["AgendaOccurrence"][];
            /** @description The first day of its week, by the owner's week. */
            week: string;
            /** @description Its English weekday. */
            weekday: string;
        };
        /** @description An occurrence that has no task yet. */
        AgendaOccurrence: {
            /** @description When this occurrence will be due. */
            due: string;
            /**
             * Format: int32
             * @description How many minutes it will take.
             */
            duration_minutes?: number | null;
            /**
             * Format: int64
             * @description That task's number.
             */
            number: number;
            /**
             * @description Its key. `complete`, `skip` and `reschedule` of the open task take it. Null where the date depends on when the one
             *     before is done.
             */
            occurrence?: string | null;
            /**
             * Format: uuid
             * @description The open task of its series.
             */
            task: string;
            /** @description That task's title. */
            title: string;
        };
        /** @description The person's answer. */
        ApprovalClaim: {
            /** @description Whether the call may run. */
            approved: boolean;
        };
        /** @description One line of the audit log. */
        AuditEntry: {
            /** @description Who did it, and through which interface. */
            actor: components["schemas"]["Actor"];
            after?: components["schemas"]["TaskView"] | null;
            /**
             * Format: date-time
             * @description When it happened, UTC.
             */
            at: string;
            before?: components["schemas"]["TaskView"] | null;
            /**
             * Format: uuid
             * @description The mutation it belongs to.
             */
            change: string;
            /**
             * Format: uuid
             * @description The event's id.
             */
            event: string;
            /**
             * Format: int64
             * @description The task's number.
             */
            number?: number | null;
            /** @description The reason, if given. */
            reason?: string | null;
            reminder?: components["schemas"]["ReminderView"] | null;
            /**
             * Format: uuid
             * @description The task concerned, if any.
             */
            task?: string | null;
            /** @description The event's type, such as `task.completed.v1`. */
            type: string;
        };
        /** @description Several operations, carried out in order as one change. */
        Batch: {
            /** @description True (default): if one operation fails, nothing is changed. False: the others are carried out. */
            atomic?: boolean | null;
            /** @description 1 to 100 operations. */
            operations: components["schemas"]["BatchOperation"][];
        };
        /** @description One operation of a batch: what the operation on a single task takes. */
        BatchOperation: {
            body: components["schemas"]["NewTask"];
            expected_version?: null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "create";
            task?: null;
        } | {
            body: components["schemas"]["TaskPatch"];
            /**
             * Format: int64
             * @description Only if this is the task's version, like `If-Match`.
             */
            expected_version?: number | null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "patch";
            /** @description The task's number or id, for all but `create`. */
            task: components["schemas"]["TaskReference"];
        } | {
            body?: components["schemas"]["CompleteTask"] | null;
            /**
             * Format: int64
             * @description Only if this is the task's version, like `If-Match`.
             */
            expected_version?: number | null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "complete";
            /** @description The task's number or id, for all but `create`. */
            task: components["schemas"]["TaskReference"];
        } | {
            body?: null;
            /**
             * Format: int64
             * @description Only if this is the task's version, like `If-Match`.
             */
            expected_version?: number | null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "reopen";
            /** @description The task's number or id, for all but `create`. */
            task: components["schemas"]["TaskReference"];
        } | {
            body?: components["schemas"]["SkipTask"] | null;
            /**
             * Format: int64
             * @description Only if this is the task's version, like `If-Match`.
             */
            expected_version?: number | null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "skip";
            /** @description The task's number or id, for all but `create`. */
            task: components["schemas"]["TaskReference"];
        } | {
            body: components["schemas"]["RescheduleTask"];
            /**
             * Format: int64
             * @description Only if this is the task's version, like `If-Match`.
             */
            expected_version?: number | null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "reschedule";
            /** @description The task's number or id, for all but `create`. */
            task: components["schemas"]["TaskReference"];
        } | {
            body: components["schemas"]["SnoozeTask"];
            /**
             * Format: int64
             * @description Only if this is the task's version, like `If-Match`.
             */
            expected_version?: number | null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "snooze";
            /** @description The task's number or id, for all but `create`. */
            task: components["schemas"]["TaskReference"];
        } | {
            body?: null;
            /**
             * Format: int64
             * @description Only if this is the task's version, like `If-Match`.
             */
            expected_version?: number | null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "delete";
            /** @description The task's number or id, for all but `create`. */
            task: components["schemas"]["TaskReference"];
        } | {
            body?: null;
            /**
             * Format: int64
             * @description Only if this is the task's version, like `If-Match`.
             */
            expected_version?: number | null;
            /**
             * @description `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "restore";
            /** @description The task's number or id, for all but `create`. */
            task: components["schemas"]["TaskReference"];
        };
        /** @description The result of a batch. */
        BatchResult: {
            /**
             * Format: uuid
             * @description The change, which can be undone as a whole; null if nothing changed, and in a dry run.
             */
            change?: string | null;
            /** @description How many failed. Send only these again, never the whole batch. */
            failed: number;
            /** @description The result of each operation, in the order of the request. */
            results: components["schemas"]["OperationResult"][];
            /** @description How many operations were carried out. */
            succeeded: number;
        };
        /** @description The same operation on all tasks that a filter finds, as one change: all or nothing. */
        Bulk: {
            /** @description What to do with each. */
            change: components["schemas"]["BulkOperation"];
            /**
             * Format: int64
             * @description How many tasks the filter is expected to find; nothing is changed if it finds another number. Required, except
             *     with `dry_run=true`, whose result says it.
             */
            expected_count?: number | null;
            /** @description Which tasks: the parameters of `GET /tasks`, without `sort`, `order`, `limit` and `cursor`. */
            filter: {
                /**
                 * @description Only tasks last changed by `ai` (through MCP or the chat), a `person` (on the page), a `program` (over REST) or
                 *     `taskwire` itself.
                 * @enum {string}
                 */
                changed_by?: "ai" | "person" | "program" | "taskwire";
                /**
                 * Format: day
                 * @description Only tasks completed at or after this date or date-time.
                 * @example 2030-12-01
                 * @example 2030-12-01T09:00
                 * @example today
                 * @example next monday
                 */
                completed_after?: string;
                /**
                 * Format: day
                 * @description Only tasks completed before this date or date-time, written or in words such as `today` or `yesterday`.
                 * @example 2030-12-01
                 * @example 2030-12-01T09:00
                 * @example today
                 * @example next monday
                 */
                completed_before?: string;
                /**
                 * Format: day
                 * @description Only tasks created at or after this date or date-time.
                 * @example 2030-12-01
                 * @example 2030-12-01T09:00
                 * @example today
                 * @example next monday
                 */
                created_after?: string;
                /**
                 * Format: day
                 * @description Only tasks created before this date or date-time.
                 * @example 2030-12-01
                 * @example 2030-12-01T09:00
                 * @example today
                 * @example next monday
                 */
                created_before?: string;
                /**
                 * Format: day
                 * @description Only tasks due at or after this date or date-time, written or in words such as `next monday` or `yesterday`.
                 * @example 2030-12-01
                 * @example 2030-12-01T09:00
                 * @example today
                 * @example next monday
                 */
                due_after?: string;
                /**
                 * Format: day
                 * @description Only tasks due before this date or date-time, written or in words such as `next monday` or `yesterday`.
                 * @example 2030-12-01
                 * @example 2030-12-01T09:00
                 * @example today
                 * @example next monday
                 */
                due_before?: string;
                /**
                 * Format: filter
                 * @description An expression such as `(today | overdue) & #work & !p3 & due < +7d & "exact phrase" & no:due & changed:ai`.
                 *     Operators: `!` before `&` before `|`, and parentheses; between conditions also the words `not`, `and` and `or`.
                 *     Conditions: dates and periods in words (`next 7 days` are today and the six days after it), `due`, `created`,
                 *     `updated` and `completed` with `:`, `<`, `<=`, `>`, `>=` or a range `a..b`, `#tag`, `p1` to `p4`, `status:`, `overdue`,
                 *     `recurring`, `no:due`, `no:tag`, `no:priority`, `no:parent`, `parent:` with a task's number, `changed:` with `ai`, `person`, `program` or `taskwire`,
                 *     words, and `@name` for a saved filter.
                 * @example today & p1
                 * @example overdue | due < +7d
                 * @example no:due & !recurring
                 * @example #Work
                 */
                filter?: string;
                /**
                 * @description True for open tasks whose due time has passed or whose due day, in the owner's zone, is over; false for all
                 *     others.
                 */
                is_overdue?: boolean;
                /** @description True for tasks without a due value, false for those with one. */
                no_due?: boolean;
                /** @description The same as `is_overdue`. */
                overdue?: boolean;
                /**
                 * Format: parent
                 * @description A task's number for its subtasks, or `none` for tasks that are no subtasks.
                 * @example 1
                 * @example none
                 */
                parent?: string;
                /**
                 * @description Only this priority; several, separated by commas: any of them.
                 * @example high
                 * @example p1,p2
                 */
                priority?: string;
                /**
                 * Format: words
                 * @description Only tasks whose title or notes contain this text, ignoring case.
                 * @example milk
                 */
                q?: string;
                /** @description True for tasks that repeat, false for those that do not. */
                recurring?: boolean;
                /**
                 * Format: search
                 * @description Only tasks with these words in title, tags and notes, in any order and each at least by its beginning; `"a phrase"`
                 *     and `-without`. At least 2 characters, or one that is a word by itself, such as 水 or an emoji.
                 * @example milk
                 * @example "pay rent" -bank
                 */
                search?: string;
                /**
                 * @description `open` (default), `completed` (default with `completed_before` or `completed_after`), `skipped`, `deleted` or
                 *     `all`. `filter` may name statuses instead; its alternatives that name none are about completed tasks if they are
                 *     about the time of completion, and else about open ones.
                 * @enum {string}
                 */
                status?: "open" | "completed" | "skipped" | "deleted" | "all";
                /**
                 * Format: tag-names
                 * @description Only tasks with this tag; several, separated by commas, must all be present.
                 * @example Work
                 * @example Work,Personal
                 */
                tag?: string;
                /**
                 * Format: tag-names
                 * @description Only tasks with any of these tags, separated by commas.
                 * @example Work
                 * @example Work,Personal
                 */
                tag_any?: string;
                /**
                 * Format: day
                 * @description Only tasks last changed at or after this date or date-time.
                 * @example 2030-12-01
                 * @example 2030-12-01T09:00
                 * @example today
                 * @example next monday
                 */
                updated_after?: string;
                /**
                 * Format: day
                 * @description Only tasks last changed before this date or date-time.
                 * @example 2030-12-01
                 * @example 2030-12-01T09:00
                 * @example today
                 * @example next monday
                 */
                updated_before?: string;
                /**
                 * Format: time-zone
                 * @description The IANA zone in which `today`, other words and days without a zone are meant, instead of the owner's. A date and a
                 *     floating time are the same in every zone; only a time with a zone of its own moves. The order stays the owner's.
                 * @example Europe/Rome
                 * @example America/New_York
                 * @example UTC
                 */
                zone?: string;
            };
        };
        /** @description What to do with each task. */
        BulkOperation: {
            body: components["schemas"]["TaskPatch"];
            /**
             * @description `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "patch";
        } | {
            body?: components["schemas"]["CompleteTask"] | null;
            /**
             * @description `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "complete";
        } | {
            body?: null;
            /**
             * @description `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "reopen";
        } | {
            body?: components["schemas"]["SkipTask"] | null;
            /**
             * @description `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "skip";
        } | {
            body: components["schemas"]["RescheduleTask"];
            /**
             * @description `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "reschedule";
        } | {
            body: components["schemas"]["SnoozeTask"];
            /**
             * @description `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "snooze";
        } | {
            body?: null;
            /**
             * @description `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "delete";
        } | {
            body?: null;
            /**
             * @description `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
             * @enum {string}
             */
            op: "restore";
        };
        /** @description The result of a bulk change. */
        BulkResult: {
            /**
             * Format: uuid
             * @description The change, which can be undone as a whole; null if nothing changed, and in a dry run.
             */
            change?: string | null;
            /**
             * Format: int64
             * @description How many of them changed; the others were so already.
             */
            changed: number;
            /**
             * Format: int64
             * @description How many tasks the filter found.
             */
            matched: number;
            /** @description The tasks as they are now, at most 200. */
            tasks: components["schemas"]["TaskChange"][];
        };
        /** @description One change: a write as its caller sees it, however many tasks it is about. */
        ChangeView: {
            /** @description Who did it, and through which interface. */
            actor: components["schemas"]["Actor"];
            /**
             * Format: date-time
             * @description When, UTC.
             */
            at: string;
            /**
             * @description Whether it can be undone, unless something was changed since. False if it was undone, if it follows from another
             *     change, or if all that it changed was deleted for good.
             */
            can_undo: boolean;
            /**
             * Format: uuid
             * @description Its id, which every write returns in `Taskwire-Change`.
             */
            id: string;
            /**
             * @description What was done: `create`, `update`, `complete`, `skip`, `reopen`, `delete`, `restore`, `batch`, `bulk`,
             *     `create_tag`, `update_tag`, `delete_tag`, `merge_tags`, `empty_trash`, `undo` or `redo`.
             */
            kind: string;
            /** @description The names of the tags that it created, changed or deleted. */
            tags: string[];
            /**
             * Format: int64
             * @description How many tasks it changed.
             */
            task_count: number;
            /** @description The tasks that it changed, at most 20 of them. */
            tasks: components["schemas"]["ChangedTask"][];
            /**
             * Format: uuid
             * @description The change that it undid, if it is an undo or a redo of one.
             */
            undoes?: string | null;
            /**
             * Format: uuid
             * @description The change that undid it.
             */
            undone_by?: string | null;
        };
        /** @description A task that was changed. */
        ChangedTask: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /** @description Its title after the change. */
            title: string;
        };
        /** @description A new channel with the secret of a webhook, which is shown only once. */
        ChannelCreated: components["schemas"]["ChannelView"] & {
            /** @description Of a webhook: the key of its signatures (Standard Webhooks), `whsec_` and base64. */
            secret?: string | null;
        };
        /** @description What this installation can send. */
        ChannelKinds: {
            /** @description The kinds of channels that can be added. */
            kinds: string[];
            /** @description The public key for the subscriptions of browsers (VAPID, RFC 8292), in base64url. */
            push_key: string;
        };
        /** @description A change to a channel: absent keeps. For another address create another channel. */
        ChannelPatch: {
            /** @description Whether anything is sent. */
            enabled?: boolean;
            /**
             * Format: line
             * @description A new name, 1 to 100 characters.
             * @example Home automation
             */
            label?: string;
            /**
             * @description Only reminders of tasks with at least this priority: `none`, `low`, `medium` or `high`.
             * @enum {string}
             */
            minimum_priority?: "high" | "medium" | "low" | "none" | "p1" | "p2" | "p3" | "p4";
            /**
             * Format: int64
             * @description For how many minutes to wait whether the reminder is seen elsewhere, 0 to 1,440.
             */
            wait_minutes?: number;
        };
        /** @description A channel over which a person is reached when the page is closed. */
        ChannelView: {
            /**
             * @description Where it leads: an e-mail address, a URL, or the id of a chat. Of a URL that is itself a secret (web push, Slack,
             *     Discord) only the server is shown.
             */
            address: string;
            /**
             * Format: date-time
             * @description When it was created, UTC.
             */
            created_at: string;
            /** @description Whether anything is sent. */
            enabled: boolean;
            /**
             * Format: uuid
             * @description The id.
             */
            id: string;
            /** @description `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`. */
            kind: string;
            /** @description The name that its owner gave it. */
            label: string;
            /**
             * Format: date-time
             * @description When sending last failed, UTC; null once something was sent.
             */
            last_failed_at?: string | null;
            /** @description Why sending last failed. */
            last_failure?: string | null;
            /**
             * Format: date-time
             * @description When something was last sent, UTC.
             */
            last_sent_at?: string | null;
            /** @description Only reminders of tasks with at least this priority are sent: `none` for all, `low`, `medium` or `high`. */
            minimum_priority: string;
            /**
             * Format: date-time
             * @description When it last changed, UTC.
             */
            updated_at: string;
            /** @description Whether its owner has proved that the address is theirs. E-mail is sent only then; other kinds need no proof. */
            verified: boolean;
            /**
             * Format: int64
             * @description Grows by one with each change.
             */
            version: number;
            /**
             * Format: int64
             * @description For how many minutes it waits whether the reminder is seen elsewhere; 0 to send at once.
             */
            wait_minutes: number;
        };
        /** @description An occurrence that has no task yet. */
        ComingOccurrence: components["schemas"]["DateView"] & {
            /**
             * @description Its key. `complete`, `skip` and `reschedule` of the open task take it. Null where the date depends on when the one
             *     before is done.
             */
            occurrence?: string | null;
        };
        /** @description Which occurrence to complete, and when it was done. */
        CompleteTask: {
            /**
             * Format: day
             * @description The day on which it was done, if that was earlier: a date or words such as `yesterday`, also with a time, such as
             *     `yesterday 6pm`; not in the future. An earlier day without a time is stored as its noon in the owner's zone.
             * @example 2026-11-01
             * @example yesterday
             * @example monday
             */
            completed_on?: string | null;
            /**
             * Format: occurrence
             * @description The occurrence as the task returned it; makes a late or repeated call safe.
             * @example 0/2030-12-01
             * @example 1/2030-12-01T09:00
             */
            occurrence?: string | null;
            /** @description Whether to complete the whole series: no occurrence follows. */
            series?: boolean | null;
            /**
             * @description `complete` to complete its open subtasks too; by default, or with `keep`, they stay open and are named in
             *     `open_subtasks`.
             * @enum {string|null}
             */
            subtasks?: "complete" | "keep" | null;
        };
        /** @description A conversation with its messages, oldest first. */
        Conversation: {
            /** @description The id. */
            id: string;
            /** @description The messages, oldest first. */
            messages: components["schemas"]["StoredMessage"][];
            /** @description The beginning of its first message. */
            title: string;
        };
        /** @description A conversation in a list. */
        ConversationSummary: {
            /**
             * Format: date-time
             * @description When it started, UTC.
             */
            created_at: string;
            /** @description Chosen by the client: 1 to 64 letters, digits, `-` and `_`. */
            id: string;
            /** @description The beginning of its first message. */
            title: string;
            /**
             * Format: date-time
             * @description When it last changed, UTC.
             */
            updated_at: string;
        };
        /** @description A future date and its meaning. */
        DateView: {
            /** @description The date or date-time, as a due value is written. */
            due: string;
            /**
             * Format: date-time
             * @description The instant of a timed one, in UTC.
             */
            due_at?: string | null;
            /** @description Its English weekday. */
            weekday: string;
        };
        /** @description How many open tasks are due on a day. */
        DayCount: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description The date. */
            date: string;
            /** @description Its English weekday. */
            weekday: string;
        };
        /** @description An event that a consumer gave up on, or a message on its dead-letter topic that is no event. */
        DeadLetterView: {
            /**
             * Format: int32
             * @description How often it was tried.
             */
            attempts: number;
            /** @description The consumer: `audit`, `recurrence` or `reminder`; `relay` for an event that could not be published. */
            consumer: string;
            /**
             * Format: date-time
             * @description When the consumer gave it up, or when its last replay failed.
             */
            dead_lettered_at: string;
            /** @description Why the last try failed. */
            error: string;
            /** @description The event, or the message as text; only where a single dead letter is asked for, because it belongs to its owner. */
            event?: unknown;
            /**
             * Format: uuid
             * @description Id of the event; of a message that is no event, an id made from its bytes.
             */
            event_id: string;
            /**
             * Format: int64
             * @description Its offset in the partition; null as above.
             */
            offset?: number | null;
            /**
             * Format: uuid
             * @description The user whose event it is; null where that cannot be told.
             */
            owner?: string | null;
            /**
             * Format: int64
             * @description Its partition on the topic; null where the broker has none or does not tell it.
             */
            partition?: number | null;
            /**
             * Format: date-time
             * @description When somebody asked for it to be handled again; null when nobody has, or when that was done.
             */
            replay_requested_at?: string | null;
            /**
             * Format: int64
             * @description Its place in the event log; null where that cannot be told.
             */
            seq?: number | null;
            /** @description The topic from which the consumer got it; null without a broker. */
            topic?: string | null;
        };
        /** @description Something that was or will be sent over a channel. */
        DeliveryView: {
            /**
             * Format: int64
             * @description How often sending was tried.
             */
            attempts: number;
            /**
             * Format: uuid
             * @description The channel.
             */
            channel: string;
            /**
             * Format: date-time
             * @description When it should be sent, UTC.
             */
            due_at: string;
            /**
             * Format: date-time
             * @description When it was sent, failed or cancelled, UTC.
             */
            ended_at?: string | null;
            /** @description Why the last attempt failed. */
            error?: string | null;
            /**
             * Format: uuid
             * @description The id; receivers get the same one at each attempt.
             */
            id: string;
            /** @description `reminder`, `digest`, `notice`, `verification` or `test`. */
            kind: string;
            /**
             * Format: date-time
             * @description While it is pending: when it is tried next, UTC.
             */
            next_attempt_at?: string | null;
            /**
             * Format: uuid
             * @description The notification, of a reminder.
             */
            notification?: string | null;
            /** @description `pending`, `sent`, `failed` or `cancelled`. */
            status: string;
        };
        /** @description The result of emptying the trash. */
        EmptiedTrash: {
            /** @description Whether there are more; repeat the request. */
            has_more: boolean;
            /**
             * Format: int64
             * @description How many tasks were deleted for good.
             */
            purged: number;
        };
        /** @description How a rule ends. */
        Ends: {
            /**
             * Format: int32
             * @description Occurrences left after this one, for a rule with COUNT.
             */
            left?: number | null;
            /** @description The last day or time, inclusive. */
            until?: string | null;
        };
        /** @description Why a task is due when it is, as data and in sentences. */
        Explanation: {
            /** @description The due value as written. */
            due?: string | null;
            /**
             * Format: date-time
             * @description The instant of a timed value, in UTC.
             */
            due_at?: string | null;
            /** @description Whether the value has passed and the task is open. */
            is_overdue: boolean;
            /** @description `date`, `floating` (a time that follows its owner's zone) or `fixed` (a time in a zone of its own). */
            kind?: string | null;
            /** @description The next three dates; none for a single task. */
            next: components["schemas"]["DateView"][];
            /** @description The same in short English sentences. */
            reasons: string[];
            series?: components["schemas"]["SeriesExplanation"] | null;
            shifted?: components["schemas"]["Shifted"] | null;
            /** @description The current day in that zone. */
            today: string;
            /** @description Its English weekday. */
            weekday?: string | null;
            /** @description The zone of the value. */
            zone: string;
            /** @description Whether the zone is the `task`'s own or its `owner`'s. */
            zone_from: string;
        };
        /** @description What became of a field. */
        FieldChange: {
            /** @description The field, as the task has it. */
            field: string;
            /** @description Its value before; null if there was none. */
            from: unknown;
            /** @description Its value after; null if there is none. */
            to: unknown;
        };
        /** @description A change to a saved filter: absent keeps. */
        FilterPatch: {
            /**
             * Format: filter
             * @description A new expression.
             * @example today & p1
             * @example overdue | due < +7d
             * @example no:due & !recurring
             * @example #Work
             */
            filter?: string;
            /**
             * Format: filter-name
             * @description A new name, 1 to 50 characters.
             * @example urgent
             */
            name?: string;
        };
        /** @description A filter with a name. `@` and the name stand for it in the `filter` of lists, counts and bulk changes. */
        FilterView: {
            /**
             * Format: date-time
             * @description When it was created, UTC.
             */
            created_at: string;
            /**
             * @description The expression, as it was sent.
             * @example (today | overdue) & #work
             */
            filter: string;
            /**
             * Format: uuid
             * @description The id.
             */
            id: string;
            /**
             * @description The name.
             * @example work
             */
            name: string;
            /**
             * Format: date-time
             * @description When it last changed, UTC.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description Grows by one with each change.
             */
            version: number;
        };
        /** @description A connected app: a program that was given access by OAuth, such as an MCP host. */
        GrantView: {
            /** @description The program's identifier: the URL of its description, or what the server gave it when it registered. */
            client_id: string;
            /**
             * Format: date-time
             * @description When access was allowed, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends unless it is used before, UTC.
             */
            expires_at: string;
            /**
             * Format: uuid
             * @description The id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was last used, UTC; up to a minute old.
             */
            last_used_at: string;
            /** @description The name that the program chose for itself. */
            name: string;
            /** @description Where it was sent after access was allowed. */
            redirect_uri: string;
            /** @description `read`, `write`, `delete`. Here `write` does not include `delete`. */
            scopes: string[];
        };
        /** @description The state of the server. */
        Health: {
            /** @description Always `ok`. */
            status: string;
            /** @description The version of the server. */
            version: string;
        };
        /** @description One event in the history of a task. */
        HistoryEntry: {
            /** @description Who did it, and through which interface, chat turn and tool call. */
            actor: components["schemas"]["Actor"];
            /**
             * Format: date-time
             * @description When it happened, UTC.
             */
            at: string;
            /**
             * Format: uuid
             * @description The change it belongs to.
             */
            change: string;
            /** @description The fields that changed. */
            changes: components["schemas"]["FieldChange"][];
            /**
             * Format: uuid
             * @description The event's id.
             */
            event: string;
            /** @description The reason, if one was given. */
            reason?: string | null;
            reminder?: components["schemas"]["ReminderView"] | null;
            /** @description The event's type, such as `task.completed.v1` or `reminder.due.v1`. */
            type: string;
            /**
             * Format: int64
             * @description The task's version after it.
             */
            version?: number | null;
        };
        /** @description A new invitation; the code is shown only once. */
        InvitationCreated: components["schemas"]["InvitationView"] & {
            /** @description The code to send as `invitation` when signing up; not in a dry run, which creates none. */
            code?: string | null;
        };
        /** @description An invitation that was not used yet, without its code. */
        InvitationView: {
            /**
             * Format: date-time
             * @description When it was created, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it expires, UTC.
             */
            expires_at: string;
            /**
             * Format: uuid
             * @description The id.
             */
            id: string;
            /** @description Whom it is for. */
            label: string;
        };
        /** @description The tag that another one becomes part of. */
        MergeTag: {
            /** @description The id of the tag that stays. Tasks with either tag have this one afterwards. */
            into: string;
        };
        /** @description A message to store; the same id again replaces it. */
        MessageInput: {
            /** @description Content to send to the model again, verbatim. */
            model?: Record<string, never> | null;
            /** @description The parts as the page shows them. */
            parts: Record<string, never>[];
            /**
             * @description `user` or `assistant`.
             * @enum {string}
             */
            role: "user" | "assistant";
        };
        /** @description Missed occurrences that the series skipped. */
        MissedView: {
            /**
             * Format: int32
             * @description How many.
             */
            count: number;
            /** @description The earliest of them as due values, at most 50. */
            dates: string[];
        };
        /** @description A tool call that needs a person's approval. */
        NewApproval: {
            /** @description The arguments of the call. */
            arguments: Record<string, never>;
            /**
             * Format: date-time
             * @description When the approval expires, UTC.
             */
            expires_at: string;
            /**
             * @description The message the call belongs to.
             * @example weekly-review
             */
            message: string;
            /**
             * Format: line
             * @description The tool's name.
             * @example delete_task
             */
            tool: string;
            /**
             * Format: line
             * @description The call's id.
             * @example call-1
             */
            tool_call: string;
        };
        /** @description A new channel. */
        NewChannel: {
            /**
             * Format: push-endpoint
             * @description An e-mail address; for `webhook`, `slack` and `discord` the URL; for `ntfy` the URL of the topic; for `telegram` the
             *     id of the chat; for `web_push` the endpoint of the browser's subscription.
             * @example https://push.example/send/abc
             */
            address: string;
            /** @description For `web_push`: the keys of the subscription. */
            keys: components["schemas"]["PushKeys"];
            /**
             * @description `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`.
             * @enum {string}
             */
            kind: "web_push";
            /**
             * Format: line
             * @description A name for it, 1 to 100 characters; the kind when absent.
             * @example Home automation
             */
            label?: string | null;
            /**
             * @description Only reminders of tasks with at least this priority: `none` (default) for all, `low`, `medium` or `high`.
             * @enum {string|null}
             */
            minimum_priority?: "high" | "medium" | "low" | "none" | "p1" | "p2" | "p3" | "p4" | null;
            token?: null;
            /**
             * Format: int64
             * @description For how many minutes to wait whether the reminder is seen elsewhere, 0 (default) to 1,440.
             */
            wait_minutes?: number | null;
        } | {
            /**
             * Format: email-address
             * @description An e-mail address; for `webhook`, `slack` and `discord` the URL; for `ntfy` the URL of the topic; for `telegram` the
             *     id of the chat; for `web_push` the endpoint of the browser's subscription.
             * @example ann@example.com
             */
            address: string;
            keys?: null;
            /**
             * @description `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`.
             * @enum {string}
             */
            kind: "email";
            /**
             * Format: line
             * @description A name for it, 1 to 100 characters; the kind when absent.
             * @example Home automation
             */
            label?: string | null;
            /**
             * @description Only reminders of tasks with at least this priority: `none` (default) for all, `low`, `medium` or `high`.
             * @enum {string|null}
             */
            minimum_priority?: "high" | "medium" | "low" | "none" | "p1" | "p2" | "p3" | "p4" | null;
            token?: null;
            /**
             * Format: int64
             * @description For how many minutes to wait whether the reminder is seen elsewhere, 0 (default) to 1,440.
             */
            wait_minutes?: number | null;
        } | {
            /**
             * Format: hook-url
             * @description An e-mail address; for `webhook`, `slack` and `discord` the URL; for `ntfy` the URL of the topic; for `telegram` the
             *     id of the chat; for `web_push` the endpoint of the browser's subscription.
             * @example https://home.example/taskwire
             */
            address: string;
            keys?: null;
            /**
             * @description `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`.
             * @enum {string}
             */
            kind: "webhook" | "slack" | "discord";
            /**
             * Format: line
             * @description A name for it, 1 to 100 characters; the kind when absent.
             * @example Home automation
             */
            label?: string | null;
            /**
             * @description Only reminders of tasks with at least this priority: `none` (default) for all, `low`, `medium` or `high`.
             * @enum {string|null}
             */
            minimum_priority?: "high" | "medium" | "low" | "none" | "p1" | "p2" | "p3" | "p4" | null;
            token?: null;
            /**
             * Format: int64
             * @description For how many minutes to wait whether the reminder is seen elsewhere, 0 (default) to 1,440.
             */
            wait_minutes?: number | null;
        } | {
            /**
             * Format: ntfy-topic
             * @description An e-mail address; for `webhook`, `slack` and `discord` the URL; for `ntfy` the URL of the topic; for `telegram` the
             *     id of the chat; for `web_push` the endpoint of the browser's subscription.
             * @example https://ntfy.sh/my-topic
             */
            address: string;
            keys?: null;
            /**
             * @description `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`.
             * @enum {string}
             */
            kind: "ntfy";
            /**
             * Format: line
             * @description A name for it, 1 to 100 characters; the kind when absent.
             * @example Home automation
             */
            label?: string | null;
            /**
             * @description Only reminders of tasks with at least this priority: `none` (default) for all, `low`, `medium` or `high`.
             * @enum {string|null}
             */
            minimum_priority?: "high" | "medium" | "low" | "none" | "p1" | "p2" | "p3" | "p4" | null;
            /**
             * @description For `telegram` the token of the bot; for `ntfy` an access token, where the server asks for one.
             * @example 1234:abcd
             */
            token?: string | null;
            /**
             * Format: int64
             * @description For how many minutes to wait whether the reminder is seen elsewhere, 0 (default) to 1,440.
             */
            wait_minutes?: number | null;
        } | {
            /**
             * Format: telegram-chat
             * @description An e-mail address; for `webhook`, `slack` and `discord` the URL; for `ntfy` the URL of the topic; for `telegram` the
             *     id of the chat; for `web_push` the endpoint of the browser's subscription.
             * @example 123456789
             * @example @my_channel
             */
            address: string;
            keys?: null;
            /**
             * @description `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`.
             * @enum {string}
             */
            kind: "telegram";
            /**
             * Format: line
             * @description A name for it, 1 to 100 characters; the kind when absent.
             * @example Home automation
             */
            label?: string | null;
            /**
             * @description Only reminders of tasks with at least this priority: `none` (default) for all, `low`, `medium` or `high`.
             * @enum {string|null}
             */
            minimum_priority?: "high" | "medium" | "low" | "none" | "p1" | "p2" | "p3" | "p4" | null;
            /**
             * @description For `telegram` the token of the bot; for `ntfy` an access token, where the server asks for one.
             * @example 1234:abcd
             */
            token: string;
            /**
             * Format: int64
             * @description For how many minutes to wait whether the reminder is seen elsewhere, 0 (default) to 1,440.
             */
            wait_minutes?: number | null;
        };
        /** @description A new filter. */
        NewFilter: {
            /**
             * Format: filter
             * @description An expression as in the parameter `filter` of lists, without other saved filters. Words such as `today` are read anew
             *     each time.
             * @example today & p1
             * @example overdue | due < +7d
             * @example no:due & !recurring
             * @example #Work
             */
            filter: string;
            /**
             * Format: filter-name
             * @description The name, 1 to 50 characters without `&`, `|`, parentheses and quotes; unique without regard to case.
             * @example urgent
             */
            name: string;
        };
        /** @description A new invitation. */
        NewInvitation: {
            /**
             * Format: int64
             * @description Days until it expires, 1 to 90; by default 7.
             */
            expires_in_days?: number | null;
            /**
             * Format: line
             * @description Whom it is for, 1 to 100 characters.
             * @example Zoe
             */
            label: string;
        };
        /** @description A new tag. */
        NewTag: {
            /**
             * @description The colour, `#rrggbb`; chosen from the name when absent.
             * @example #4878d0
             */
            color?: string | null;
            /**
             * Format: tag-name
             * @description The name, 1 to 50 characters.
             * @example home
             * @example Work
             */
            name: string;
        };
        /** @description A new task. */
        NewTask: {
            /**
             * Format: due
             * @description `2026-12-01`, `2026-12-01T09:00`, `2026-12-01T09:00[Europe/Rome]` (RFC 9557), or words such as `tomorrow 5pm`.
             *     A rule in words such as `every monday at 9` creates a repeating task, unless `recurrence` says how it repeats.
             * @example 2030-12-01
             * @example 2030-12-01T09:00
             * @example 2030-12-01T09:00[Europe/Rome]
             * @example tomorrow 5pm
             * @example next friday
             */
            due?: string | null;
            /**
             * Format: int64
             * @description How many minutes it takes, 1 to 10,080. Only with a due time: a date without a time has no duration in minutes
             *     (RFC 5545). Words of `due` such as `tomorrow 5pm for 1h` and `friday 2-3pm` say it too.
             */
            duration_minutes?: number | null;
            /**
             * @description The intended weekday of the due value, such as `friday`; rejected if it falls on another.
             * @enum {string|null}
             */
            expected_weekday?: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" | null;
            /**
             * Format: text
             * @description More detail, up to 20,000 characters.
             * @example By bank transfer
             */
            notes?: string | null;
            parent?: components["schemas"]["TaskReference"] | null;
            /**
             * @description `high`, `medium`, `low` or `none`; `p1` to `p4` work too.
             * @enum {string|null}
             */
            priority?: "high" | "medium" | "low" | "none" | "p1" | "p2" | "p3" | "p4" | null;
            recurrence?: components["schemas"]["RuleOrWords"] | null;
            /** @description When to notify. */
            reminders?: components["schemas"]["ReminderInput"][] | null;
            /** @description Tag names; unknown ones are created. */
            tags?: string[] | null;
            /**
             * Format: line
             * @description The title: one line, 1 to 500 characters.
             * @example Pay rent
             */
            title: string;
        };
        /** @description A new API token. */
        NewToken: {
            /**
             * Format: int64
             * @description Days until it expires, 1 to 3650; by default it never expires.
             */
            expires_in_days?: number | null;
            /**
             * Format: line
             * @description The purpose, 1 to 100 characters.
             * @example backup script
             */
            label: string;
            /**
             * @description `read`, `write`, `delete`, `no-delete`; by default read and write. `write` allows deleting too, except with
             *     `no-delete`.
             */
            scopes?: ("read" | "write" | "delete" | "no-delete")[] | null;
        };
        /** @description A new account. */
        NewUser: {
            /** @description The code of an invitation, where one is needed. */
            invitation?: string | null;
            /**
             * Format: line
             * @description The name, 1 to 100 characters on one line; compared without case.
             * @example Ada
             */
            name: string;
            /** @description The password, at least 8 characters. */
            password: string;
            /**
             * Format: time-zone
             * @description IANA zone for dates without a zone; UTC when absent.
             * @example Europe/Rome
             * @example America/New_York
             * @example UTC
             */
            zone?: string | null;
        };
        /** @description When and how often a person is notified. */
        NotificationSettings: {
            /**
             * @description When the digest of each day is sent, as `HH:MM` in the user's zone: what is overdue, due today and tomorrow. Null for
             *     none.
             */
            digest_at?: string | null;
            /**
             * Format: date-time
             * @description When the next digest is sent, UTC.
             */
            next_digest_at?: string | null;
            /**
             * @description What is told of changes that programs make over REST and MCP: `completed`, `changed` (anything else), both, or
             *     nothing.
             */
            notices: string[];
            /**
             * @description When the quiet hours begin, as `HH:MM` in the user's zone; null for none. Reminders of tasks without high priority
             *     wait for their end, and are then sent as one message.
             */
            quiet_from?: string | null;
            /** @description When they end, on the next day if that is before they begin. */
            quiet_until?: string | null;
            /**
             * Format: int64
             * @description After how many minutes a reminder is told again, until its task is done, moved or snoozed; null for never.
             */
            repeat_minutes?: number | null;
            /**
             * Format: int64
             * @description How often it is told again at most.
             */
            repeat_times: number;
            /**
             * @description The reminders that a new task gets that has one of these tags, a time, and no reminder of its own, instead of
             *     `default_reminder` of the user.
             */
            tag_reminders: components["schemas"]["TagReminder"][];
            /**
             * Format: int64
             * @description Grows by one with each change.
             */
            version: number;
        };
        /** @description A change to the settings of notifications: absent keeps. */
        NotificationSettingsPatch: {
            /**
             * @description When the digest of each day is sent, as `HH:MM`; null for none.
             * @example 22:00
             * @example 07:30
             */
            digest_at?: string | null;
            /** @description What is told of changes that programs make over REST and MCP: `completed` and `changed`. Replaces all. */
            notices?: ("completed" | "changed")[];
            /**
             * @description When the quiet hours begin, as `HH:MM`; null for none.
             * @example 22:00
             * @example 07:30
             */
            quiet_from?: string | null;
            /**
             * @description When they end, as `HH:MM`; null for none.
             * @example 22:00
             * @example 07:30
             */
            quiet_until?: string | null;
            /**
             * Format: int64
             * @description After how many minutes a reminder is told again, 1 to 1,440; null for never.
             */
            repeat_minutes?: number | null;
            /**
             * Format: int64
             * @description How often it is told again at most, 1 to 20.
             */
            repeat_times?: number;
            /** @description The default reminders of tags, at most 50; a tag may have several. Replaces all. */
            tag_reminders?: components["schemas"]["TagReminder"][];
        };
        /** @description A notification: a reminder was due. */
        NotificationView: {
            /**
             * Format: date-time
             * @description When the notification was sent.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the reminder was due.
             */
            fire_at: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The kind: `reminder`. */
            kind: string;
            /**
             * Format: date-time
             * @description When it was read; null while it is unread.
             */
            read_at?: string | null;
            /**
             * Format: uuid
             * @description The reminder that was due.
             */
            reminder_id: string;
            /** @description The current task. */
            task: components["schemas"]["TaskView"];
        };
        /** @description The occurrence of a series that is open. */
        OpenOccurrence: {
            /** @description When it is due. */
            due?: string | null;
            /** @description English weekday of the due date. */
            due_weekday?: string | null;
            /**
             * Format: int64
             * @description The number of its task.
             */
            number: number;
            /** @description Its key. */
            occurrence?: string | null;
        };
        /** @description A subtask that is still open. */
        OpenSubtask: {
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /** @description Its title. */
            title: string;
        };
        /** @description The result of one operation. */
        OperationResult: {
            /** @description Its place in the request, from 0. */
            index: number;
            /** @description What was asked for. */
            op: string;
            problem?: components["schemas"]["Problem"] | null;
            /**
             * Format: int32
             * @description The status that the operation on a single task would have.
             */
            status: number;
            task?: components["schemas"]["TaskChange"] | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_AuditEntry: {
            /** @description The items, in the requested order. */
            items: {
                /** @description Who did it, and through which interface. */
                actor: components["schemas"]["Actor"];
                after?: components["schemas"]["TaskView"] | null;
                /**
                 * Format: date-time
                 * @description When it happened, UTC.
                 */
                at: string;
                before?: components["schemas"]["TaskView"] | null;
                /**
                 * Format: uuid
                 * @description The mutation it belongs to.
                 */
                change: string;
                /**
                 * Format: uuid
                 * @description The event's id.
                 */
                event: string;
                /**
                 * Format: int64
                 * @description The task's number.
                 */
                number?: number | null;
                /** @description The reason, if given. */
                reason?: string | null;
                reminder?: components["schemas"]["ReminderView"] | null;
                /**
                 * Format: uuid
                 * @description The task concerned, if any.
                 */
                task?: string | null;
                /** @description The event's type, such as `task.completed.v1`. */
                type: string;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_ChangeView: {
            /** @description The items, in the requested order. */
            items: {
                /** @description Who did it, and through which interface. */
                actor: components["schemas"]["Actor"];
                /**
                 * Format: date-time
                 * @description When, UTC.
                 */
                at: string;
                /**
                 * @description Whether it can be undone, unless something was changed since. False if it was undone, if it follows from another
                 *     change, or if all that it changed was deleted for good.
                 */
                can_undo: boolean;
                /**
                 * Format: uuid
                 * @description Its id, which every write returns in `Taskwire-Change`.
                 */
                id: string;
                /**
                 * @description What was done: `create`, `update`, `complete`, `skip`, `reopen`, `delete`, `restore`, `batch`, `bulk`,
                 *     `create_tag`, `update_tag`, `delete_tag`, `merge_tags`, `empty_trash`, `undo` or `redo`.
                 */
                kind: string;
                /** @description The names of the tags that it created, changed or deleted. */
                tags: string[];
                /**
                 * Format: int64
                 * @description How many tasks it changed.
                 */
                task_count: number;
                /** @description The tasks that it changed, at most 20 of them. */
                tasks: components["schemas"]["ChangedTask"][];
                /**
                 * Format: uuid
                 * @description The change that it undid, if it is an undo or a redo of one.
                 */
                undoes?: string | null;
                /**
                 * Format: uuid
                 * @description The change that undid it.
                 */
                undone_by?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_ChannelView: {
            /** @description The items, in the requested order. */
            items: {
                /**
                 * @description Where it leads: an e-mail address, a URL, or the id of a chat. Of a URL that is itself a secret (web push, Slack,
                 *     Discord) only the server is shown.
                 */
                address: string;
                /**
                 * Format: date-time
                 * @description When it was created, UTC.
                 */
                created_at: string;
                /** @description Whether anything is sent. */
                enabled: boolean;
                /**
                 * Format: uuid
                 * @description The id.
                 */
                id: string;
                /** @description `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`. */
                kind: string;
                /** @description The name that its owner gave it. */
                label: string;
                /**
                 * Format: date-time
                 * @description When sending last failed, UTC; null once something was sent.
                 */
                last_failed_at?: string | null;
                /** @description Why sending last failed. */
                last_failure?: string | null;
                /**
                 * Format: date-time
                 * @description When something was last sent, UTC.
                 */
                last_sent_at?: string | null;
                /** @description Only reminders of tasks with at least this priority are sent: `none` for all, `low`, `medium` or `high`. */
                minimum_priority: string;
                /**
                 * Format: date-time
                 * @description When it last changed, UTC.
                 */
                updated_at: string;
                /** @description Whether its owner has proved that the address is theirs. E-mail is sent only then; other kinds need no proof. */
                verified: boolean;
                /**
                 * Format: int64
                 * @description Grows by one with each change.
                 */
                version: number;
                /**
                 * Format: int64
                 * @description For how many minutes it waits whether the reminder is seen elsewhere; 0 to send at once.
                 */
                wait_minutes: number;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_ConversationSummary: {
            /** @description The items, in the requested order. */
            items: {
                /**
                 * Format: date-time
                 * @description When it started, UTC.
                 */
                created_at: string;
                /** @description Chosen by the client: 1 to 64 letters, digits, `-` and `_`. */
                id: string;
                /** @description The beginning of its first message. */
                title: string;
                /**
                 * Format: date-time
                 * @description When it last changed, UTC.
                 */
                updated_at: string;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_DeadLetterView: {
            /** @description The items, in the requested order. */
            items: {
                /**
                 * Format: int32
                 * @description How often it was tried.
                 */
                attempts: number;
                /** @description The consumer: `audit`, `recurrence` or `reminder`; `relay` for an event that could not be published. */
                consumer: string;
                /**
                 * Format: date-time
                 * @description When the consumer gave it up, or when its last replay failed.
                 */
                dead_lettered_at: string;
                /** @description Why the last try failed. */
                error: string;
                /** @description The event, or the message as text; only where a single dead letter is asked for, because it belongs to its owner. */
                event?: unknown;
                /**
                 * Format: uuid
                 * @description Id of the event; of a message that is no event, an id made from its bytes.
                 */
                event_id: string;
                /**
                 * Format: int64
                 * @description Its offset in the partition; null as above.
                 */
                offset?: number | null;
                /**
                 * Format: uuid
                 * @description The user whose event it is; null where that cannot be told.
                 */
                owner?: string | null;
                /**
                 * Format: int64
                 * @description Its partition on the topic; null where the broker has none or does not tell it.
                 */
                partition?: number | null;
                /**
                 * Format: date-time
                 * @description When somebody asked for it to be handled again; null when nobody has, or when that was done.
                 */
                replay_requested_at?: string | null;
                /**
                 * Format: int64
                 * @description Its place in the event log; null where that cannot be told.
                 */
                seq?: number | null;
                /** @description The topic from which the consumer got it; null without a broker. */
                topic?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_DeliveryView: {
            /** @description The items, in the requested order. */
            items: {
                /**
                 * Format: int64
                 * @description How often sending was tried.
                 */
                attempts: number;
                /**
                 * Format: uuid
                 * @description The channel.
                 */
                channel: string;
                /**
                 * Format: date-time
                 * @description When it should be sent, UTC.
                 */
                due_at: string;
                /**
                 * Format: date-time
                 * @description When it was sent, failed or cancelled, UTC.
                 */
                ended_at?: string | null;
                /** @description Why the last attempt failed. */
                error?: string | null;
                /**
                 * Format: uuid
                 * @description The id; receivers get the same one at each attempt.
                 */
                id: string;
                /** @description `reminder`, `digest`, `notice`, `verification` or `test`. */
                kind: string;
                /**
                 * Format: date-time
                 * @description While it is pending: when it is tried next, UTC.
                 */
                next_attempt_at?: string | null;
                /**
                 * Format: uuid
                 * @description The notification, of a reminder.
                 */
                notification?: string | null;
                /** @description `pending`, `sent`, `failed` or `cancelled`. */
                status: string;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_FilterView: {
            /** @description The items, in the requested order. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was created, UTC.
                 */
                created_at: string;
                /**
                 * @description The expression, as it was sent.
                 * @example (today | overdue) & #work
                 */
                filter: string;
                /**
                 * Format: uuid
                 * @description The id.
                 */
                id: string;
                /**
                 * @description The name.
                 * @example work
                 */
                name: string;
                /**
                 * Format: date-time
                 * @description When it last changed, UTC.
                 */
                updated_at: string;
                /**
                 * Format: int64
                 * @description Grows by one with each change.
                 */
                version: number;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_GrantView: {
            /** @description The items, in the requested order. */
            items: {
                /** @description The program's identifier: the URL of its description, or what the server gave it when it registered. */
                client_id: string;
                /**
                 * Format: date-time
                 * @description When access was allowed, UTC.
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When it ends unless it is used before, UTC.
                 */
                expires_at: string;
                /**
                 * Format: uuid
                 * @description The id.
                 */
                id: string;
                /**
                 * Format: date-time
                 * @description When it was last used, UTC; up to a minute old.
                 */
                last_used_at: string;
                /** @description The name that the program chose for itself. */
                name: string;
                /** @description Where it was sent after access was allowed. */
                redirect_uri: string;
                /** @description `read`, `write`, `delete`. Here `write` does not include `delete`. */
                scopes: string[];
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_HistoryEntry: {
            /** @description The items, in the requested order. */
            items: {
                /** @description Who did it, and through which interface, chat turn and tool call. */
                actor: components["schemas"]["Actor"];
                /**
                 * Format: date-time
                 * @description When it happened, UTC.
                 */
                at: string;
                /**
                 * Format: uuid
                 * @description The change it belongs to.
                 */
                change: string;
                /** @description The fields that changed. */
                changes: components["schemas"]["FieldChange"][];
                /**
                 * Format: uuid
                 * @description The event's id.
                 */
                event: string;
                /** @description The reason, if one was given. */
                reason?: string | null;
                reminder?: components["schemas"]["ReminderView"] | null;
                /** @description The event's type, such as `task.completed.v1` or `reminder.due.v1`. */
                type: string;
                /**
                 * Format: int64
                 * @description The task's version after it.
                 */
                version?: number | null;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_InvitationView: {
            /** @description The items, in the requested order. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was created, UTC.
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When it expires, UTC.
                 */
                expires_at: string;
                /**
                 * Format: uuid
                 * @description The id.
                 */
                id: string;
                /** @description Whom it is for. */
                label: string;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_NotificationView: {
            /** @description The items, in the requested order. */
            items: {
                /**
                 * Format: date-time
                 * @description When the notification was sent.
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When the reminder was due.
                 */
                fire_at: string;
                /**
                 * Format: uuid
                 * @description Its id.
                 */
                id: string;
                /** @description The kind: `reminder`. */
                kind: string;
                /**
                 * Format: date-time
                 * @description When it was read; null while it is unread.
                 */
                read_at?: string | null;
                /**
                 * Format: uuid
                 * @description The reminder that was due.
                 */
                reminder_id: string;
                /** @description The current task. */
                task: components["schemas"]["TaskView"];
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_SeriesView: {
            /** @description The items, in the requested order. */
            items: {
                /**
                 * Format: uuid
                 * @description The id, as in the `series` of its tasks.
                 */
                id: string;
                open?: components["schemas"]["TaskView"] | null;
                recurrence?: components["schemas"]["RecurrenceView"] | null;
                /** @description The title of its open task, or of the last one. */
                title: string;
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_TagListItem: {
            /** @description The items, in the requested order. */
            items: (components["schemas"]["TagView"] & {
                /**
                 * Format: int64
                 * @description How many open tasks have it; only with `usage=true`.
                 */
                open_task_count?: number | null;
                /**
                 * Format: int64
                 * @description How many tasks outside the trash have it; only with `usage=true`.
                 */
                task_count?: number | null;
            })[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description One page of a list, with the cursor of the next. */
        Page_TokenView: {
            /** @description The items, in the requested order. */
            items: {
                /** @description The program that signed in, as it named itself (`User-Agent`); only for sessions. */
                client?: string | null;
                /**
                 * Format: date-time
                 * @description When it was created, UTC.
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When it expires, UTC.
                 */
                expires_at?: string | null;
                /**
                 * Format: uuid
                 * @description The id.
                 */
                id: string;
                /** @description Whether it is the one in use for this request. */
                is_current?: boolean;
                /** @description `session` for a browser, `api` for a program. */
                kind: string;
                /** @description The purpose. */
                label: string;
                /**
                 * Format: date-time
                 * @description When it was last used, UTC; up to a minute old. Null if it never was.
                 */
                last_used_at?: string | null;
                /** @description Its scopes. */
                scopes: string[];
            }[];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
        };
        /** @description A new password. */
        PasswordChange: {
            /** @description The password until now; absent if there was none. */
            current_password?: string | null;
            /** @description The new password, at least 8 characters. */
            new_password: string;
        };
        /** @description How many open tasks have each priority. */
        PriorityCounts: {
            /**
             * Format: int64
             * @description `high`.
             */
            high: number;
            /**
             * Format: int64
             * @description `low`.
             */
            low: number;
            /**
             * Format: int64
             * @description `medium`.
             */
            medium: number;
            /**
             * Format: int64
             * @description `none`.
             */
            none: number;
        };
        /** @description An error as `application/problem+json` (RFC 9457). */
        Problem: {
            /** @description A stable name for programs, in snake case. */
            code: string;
            /** @description The error in this case. */
            detail: string;
            /** @description The rejected fields. */
            errors?: components["schemas"]["ProblemField"][];
            /** @description How to correct the request. */
            hint?: string | null;
            /** @description The request, for asking about a failure. */
            request_id?: string | null;
            /**
             * Format: int64
             * @description Seconds after which the same request may succeed, as in `Retry-After`.
             */
            retry_after_seconds?: number | null;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A short summary of the kind of problem. */
            title: string;
            /** @description A URI reference naming the kind of problem. */
            type: string;
        };
        /** @description One rejected field. */
        ProblemField: {
            /** @description The error about this field. */
            detail: string;
            /** @description JSON pointer into the body (RFC 6901), or the name of a query parameter or header. */
            pointer: string;
        };
        /** @description The keys of a browser's subscription (Push API, `PushSubscription.toJSON().keys`), in base64url. */
        PushKeys: {
            /**
             * Format: push-secret
             * @description The secret of the subscription: 16 bytes.
             * @example BTBZMqHH6r4Tts7J_aSIgg
             */
            auth: string;
            /**
             * Format: p256-point
             * @description The public key, an uncompressed point of P-256: 65 bytes.
             * @example BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4
             */
            p256dh: string;
        };
        /** @description One line that holds everything. */
        QuickAdd: {
            /**
             * @description The intended weekday of the due value, such as `friday`; rejected if it falls on another.
             * @enum {string|null}
             */
            expected_weekday?: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" | null;
            /** @description Parts of the text to ignore, each from its first UTF-16 unit to the one after its last, as in `spans`. */
            ignore?: number[][] | null;
            /** @description Whether to parse the text; with `false` the whole line is the title. */
            parse?: boolean | null;
            /**
             * Format: line
             * @description Such as `buy milk tomorrow 5pm p1 #shopping`.
             * @example buy milk tomorrow 5pm p1 #shopping
             */
            text: string;
            /**
             * Format: time-zone
             * @description IANA zone in which "tomorrow" is read; the owner's when absent.
             * @example Europe/Rome
             * @example America/New_York
             * @example UTC
             */
            zone?: string | null;
        };
        /** @description The task created from a line, and how the line was parsed. */
        QuickAdded: components["schemas"]["TaskView"] & {
            /** @description Parts that may be wrong. */
            remarks?: components["schemas"]["TextRemark"][];
            /** @description The recognised parts of the line, in order. */
            spans?: components["schemas"]["TextSpan"][];
            /** @description Text that looked like a date or rule but was not understood, and stayed in the title. */
            warnings: string[];
        };
        /** @description The task that a line would create. */
        QuickPreview: {
            /** @description The due value: a date, a floating date-time, or a date-time with its zone. */
            due?: string | null;
            /**
             * Format: date-time
             * @description The instant of a timed due value, in UTC.
             */
            due_at?: string | null;
            /** @description English weekday of the due date. */
            due_weekday?: string | null;
            /** @description The zone of the due value. */
            due_zone?: string | null;
            /**
             * Format: int32
             * @description How many minutes it would take.
             */
            duration_minutes?: number | null;
            /** @description Whether the due value is a `date` or has a `time`; null without one. */
            grain?: string | null;
            /** @description `high`, `medium`, `low` or `none`. */
            priority: string;
            recurrence?: components["schemas"]["RecurrenceView"] | null;
            /** @description Parts that may be wrong. */
            remarks: components["schemas"]["TextRemark"][];
            /** @description When its owner would be notified. */
            reminders: components["schemas"]["ReminderPreview"][];
            /** @description The recognised parts of the line, in order. */
            spans: components["schemas"]["TextSpan"][];
            /** @description Tag names. */
            tags: string[];
            /** @description The rest of the text, used as the title; may be empty. */
            title: string;
            /** @description The texts of the remarks. */
            warnings: string[];
        };
        /** @description Notifications that a person has seen. */
        ReadNotifications: {
            /** @description Their ids, 1 to 200. */
            ids: string[];
        };
        /** @description How a task repeats: a rule and policies. A plain string is read as `text`. */
        RecurrenceInput: {
            /**
             * @description `schedule` (default) or `completion`.
             * @enum {string|null}
             */
            anchor?: "schedule" | "completion" | null;
            /**
             * @description `next_future` (default), `one_step` or `from_completion`.
             * @enum {string|null}
             */
            catch_up?: "next_future" | "one_step" | "from_completion" | null;
            /** @description Excluded occurrences, written as due values or in words. */
            exdate?: string[] | null;
            /**
             * @description `clamp`, `skip` or `forward`: what a month without the day gets.
             * @enum {string|null}
             */
            overflow?: "clamp" | "skip" | "forward" | null;
            /** @description Extra occurrences, written as due values or in words. */
            rdate?: string[] | null;
            /**
             * Format: rrule
             * @description An RFC 5545 rule such as `FREQ=WEEKLY;BYDAY=MO`; several, and dates, as lines of RRULE, RDATE and EXDATE.
             * @example FREQ=DAILY
             * @example FREQ=WEEKLY;BYDAY=MO,TH
             * @example FREQ=MONTHLY;BYMONTHDAY=1
             */
            rrule: string;
            text?: null;
        } | {
            /**
             * @description `schedule` (default) or `completion`.
             * @enum {string|null}
             */
            anchor?: "schedule" | "completion" | null;
            /**
             * @description `next_future` (default), `one_step` or `from_completion`.
             * @enum {string|null}
             */
            catch_up?: "next_future" | "one_step" | "from_completion" | null;
            /** @description Excluded occurrences, written as due values or in words. */
            exdate?: string[] | null;
            /**
             * @description `clamp`, `skip` or `forward`: what a month without the day gets.
             * @enum {string|null}
             */
            overflow?: "clamp" | "skip" | "forward" | null;
            /** @description Extra occurrences, written as due values or in words. */
            rdate?: string[] | null;
            rrule?: null;
            /**
             * Format: recurrence
             * @description The rule in words such as `every monday`, instead of `rrule`. An RRULE or a cron expression is read here too.
             * @example every day
             * @example every monday
             * @example every 2 weeks
             * @example every month on the 1st
             */
            text: string;
        };
        /** @description How a task repeats. */
        RecurrenceView: {
            /** @description `schedule` or `completion`. */
            anchor: string;
            /** @description `next_future`, `one_step` or `from_completion`. */
            catch_up: string;
            /** @description Whether this is the last occurrence: the rule has ended, or the series was ended here. */
            ended?: boolean;
            /** @description The next three dates after this one. */
            next: string[];
            /** @description `clamp`, `skip` or `forward`. */
            overflow: string;
            /** @description The RFC 5545 rule; lines of RRULE, RDATE and EXDATE when it is more than one rule. */
            rrule: string;
            /** @description The rule in words. */
            text: string;
            /** @description The same with what they mean. */
            upcoming?: components["schemas"]["DateView"][];
        };
        /** @description When to notify: exactly one of the two. */
        ReminderInput: {
            at?: null;
            /**
             * Format: int64
             * @description Minutes before the due time; for a date without a time, before 09:00 of that day.
             */
            minutes_before: number;
        } | {
            /**
             * Format: reminder-time
             * @description Words that count from the due value, such as `1 hour before`, `the evening before`, `tuesday evening` or `at 8` (the
             *     last one before it is due), or a time of its own: an instant (`2026-11-30T20:00:00Z`), a date-time in the owner's
             *     zone or a named one, or words such as `tomorrow at 9`; a day without a time means 09:00.
             * @example 2030-11-30T20:00:00Z
             * @example 2030-11-30T20:00
             */
            at: string;
            minutes_before?: null;
        };
        /** @description A reminder that is not created yet. */
        ReminderPreview: {
            /**
             * Format: date-time
             * @description The instant at which it would fire, UTC; null without a due value.
             */
            at?: string | null;
            /**
             * Format: int32
             * @description Minutes before the due time; null for a time of its own.
             */
            minutes_before?: number | null;
        };
        /** @description When the owner is notified. */
        ReminderView: {
            /**
             * Format: date-time
             * @description The instant at which it fires, UTC; null for a relative reminder of a task without a due date.
             */
            at?: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The wall-clock time of one that follows its owner's zone, as it was written; send this one back as `at`. */
            local?: string | null;
            /**
             * Format: int32
             * @description Minutes before the due time, if it is relative.
             */
            minutes_before?: number | null;
            /** @description True for the one that was put off by snoozing; absent otherwise. */
            snoozed?: boolean;
        };
        /** @description Where an occurrence, or its series, moves to. */
        RescheduleTask: {
            /**
             * Format: due
             * @description The new date or time: as a due value is written, or in words such as `next friday`.
             * @example 2030-12-01
             * @example 2030-12-01T09:00
             * @example 2030-12-01T09:00[Europe/Rome]
             * @example tomorrow 5pm
             * @example next friday
             */
            due: string;
            /**
             * @description The intended weekday of the new date, such as `friday`; rejected if it falls on another.
             * @enum {string|null}
             */
            expected_weekday?: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" | null;
            /**
             * Format: occurrence
             * @description The occurrence as the task returned it; makes a late or repeated call safe. One that is still to come moves alone, or
             *     with `this_and_following`: then its series ends before it, and another one goes on from the new date.
             * @example 0/2030-12-01
             * @example 1/2030-12-01T09:00
             */
            occurrence?: string | null;
            recurrence?: components["schemas"]["RuleOrWords"] | null;
            /**
             * @description `this` (default): this occurrence alone. `this_and_following`: the series continues from the new date. `all`:
             *     the whole series has the new date's time of day and zone, and where it names one day, that day.
             * @enum {string|null}
             */
            scope?: "this" | "this_and_following" | "all" | null;
        };
        /** @description How a task repeats: words such as `every monday`, an RRULE or a cron expression; or an object with policies. */
        RuleOrWords: string | components["schemas"]["RecurrenceInput"];
        /** @description The recurrence of a task. */
        SeriesExplanation: {
            /** @description `schedule` or `completion`. */
            anchor: string;
            /** @description `next_future`, `one_step` or `from_completion`. */
            catch_up: string;
            ends?: components["schemas"]["Ends"] | null;
            /**
             * Format: int32
             * @description Which version of the rule it is; grows when the rule changes.
             */
            epoch: number;
            missed?: components["schemas"]["MissedView"] | null;
            /** @description The scheduled value, if this occurrence was moved. */
            moved_from?: string | null;
            /** @description Which occurrence the task is. */
            occurrence: string;
            /** @description `clamp`, `skip` or `forward`. */
            overflow: string;
            /** @description The RFC 5545 rule. */
            rule: string;
            /** @description The first date of this version of the rule. */
            starts: string;
            /** @description The rule in words. */
            text: string;
        };
        /** @description One series with its occurrences. */
        SeriesOccurrences: components["schemas"]["SeriesView"] & {
            /** @description The occurrences after the open task, if each is done on its day. */
            coming: components["schemas"]["ComingOccurrence"][];
            /** @description Send it as `cursor` for earlier ones; null if there are none. Opaque. */
            next_cursor?: string | null;
            /** @description The occurrences that have ended, the latest first; not those in the trash. */
            past: components["schemas"]["TaskView"][];
        };
        /** @description A recurring task across its occurrences. */
        SeriesView: {
            /**
             * Format: uuid
             * @description The id, as in the `series` of its tasks.
             */
            id: string;
            open?: components["schemas"]["TaskView"] | null;
            recurrence?: components["schemas"]["RecurrenceView"] | null;
            /** @description The title of its open task, or of the last one. */
            title: string;
        };
        /** @description The user and the credential in use. */
        SessionView: {
            token?: components["schemas"]["TokenView"] | null;
            /** @description The person. */
            user: components["schemas"]["UserView"];
        };
        /** @description A wall-clock time that does not exist on that day, because the clocks go forward. */
        Shifted: {
            /** @description As scheduled. */
            from: string;
            /** @description As the clock shows it at that moment. */
            to: string;
        };
        /** @description How to sign in: with the code of a sign-in link, or with name and password. */
        SignIn: {
            /** @description The code of a one-time sign-in link. */
            code: string;
            name?: null;
            password?: null;
        } | {
            code?: null;
            /** @description The user's name, with `password`. */
            name: string;
            /** @description The password. */
            password: string;
        };
        /** @description Who may sign up. */
        SignUpPolicy: {
            /** @description `open`: anyone; `invitation`: whoever has an invitation; `closed`: nobody. */
            sign_up: string;
        };
        /** @description Which occurrence to skip, and why. */
        SkipTask: {
            /**
             * Format: occurrence
             * @description The occurrence as the task returned it; makes a late or repeated call safe.
             * @example 0/2030-12-01
             * @example 1/2030-12-01T09:00
             */
            occurrence?: string | null;
            /**
             * Format: text
             * @description The reason, up to 500 characters; stored with the event.
             * @example Away
             */
            reason?: string | null;
        };
        /** @description How long to put off the reminder of a task: exactly one of the two. */
        SnoozeTask: {
            /**
             * Format: int64
             * @description So many minutes from now, 1 to 527,040 (366 days).
             */
            minutes: number;
            until?: null;
        } | {
            minutes?: null;
            /**
             * Format: due
             * @description Until then: an instant, a date-time in the owner's zone or a named one, or words such as `tomorrow 9am`; a day without
             *     a time means 09:00.
             * @example tomorrow 9am
             * @example next friday
             * @example in 3 hours
             */
            until: string;
        };
        /** @description An approval as requested; only the first claim receives it. */
        StoredApproval: {
            /** @description The answer. */
            approved: boolean;
            /** @description The arguments that were shown. */
            arguments: Record<string, never>;
            /** @description The approval's id. */
            id: string;
            /** @description The message the call belongs to. */
            message: string;
            /** @description The tool's name. */
            tool: string;
            /** @description The call's id. */
            tool_call: string;
        };
        /** @description One message of a conversation. */
        StoredMessage: {
            /**
             * Format: date-time
             * @description When it was first stored, UTC.
             */
            created_at: string;
            /** @description The message's id, unique in its conversation. */
            id: string;
            /** @description Content to send to the model again, verbatim; only with `?include=model`. */
            model?: Record<string, never> | null;
            /** @description The `parts` of an AI SDK `UIMessage`, as the page shows them. */
            parts: Record<string, never>[];
            /** @description `user` or `assistant`. */
            role: string;
        };
        /** @description How many subtasks a task has. */
        SubtaskCounts: {
            /**
             * Format: int32
             * @description Those that are done.
             */
            done: number;
            /**
             * Format: int32
             * @description Those to be done.
             */
            open: number;
        };
        /** @description The result of a change of a tag. */
        TagChange: components["schemas"]["TagView"] & {
            /** @description Whether anything changed. */
            changed: boolean;
            /**
             * Format: int64
             * @description How many tasks changed with it.
             */
            task_count: number;
        };
        /** @description How many open tasks have a tag. */
        TagCount: {
            /** @description Its colour, `#rrggbb`. */
            color: string;
            /**
             * Format: int64
             * @description How many; 0 if no open task has it.
             */
            count: number;
            /**
             * Format: uuid
             * @description The tag's id.
             */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description A tag in the list. */
        TagListItem: components["schemas"]["TagView"] & {
            /**
             * Format: int64
             * @description How many open tasks have it; only with `usage=true`.
             */
            open_task_count?: number | null;
            /**
             * Format: int64
             * @description How many tasks outside the trash have it; only with `usage=true`.
             */
            task_count?: number | null;
        };
        /** @description A change to a tag: absent keeps. The tasks that have it follow. */
        TagPatch: {
            /**
             * @description A new colour, `#rrggbb`.
             * @example #4878d0
             */
            color?: string;
            /**
             * Format: tag-name
             * @description A new name, 1 to 50 characters.
             * @example home
             * @example Work
             */
            name?: string;
        };
        /** @description The default reminder of a tag. */
        TagReminder: {
            /**
             * Format: int64
             * @description How many minutes before the due time, 0 to 527,040.
             */
            minutes_before: number;
            /**
             * Format: tag-name
             * @description The name of the tag.
             * @example home
             * @example Work
             */
            tag: string;
        };
        /** @description A tag. */
        TagView: {
            /** @description The colour, `#rrggbb`. */
            color: string;
            /**
             * Format: uuid
             * @description The id.
             */
            id: string;
            /** @description The name, compared without case. */
            name: string;
        };
        /** @description The result of a change: the current task, whether anything changed, and warnings. */
        TaskChange: components["schemas"]["TaskView"] & {
            /** @description Whether anything changed. If false, there is no event and no new version. */
            changed: boolean;
            open?: components["schemas"]["OpenOccurrence"] | null;
            /** @description The subtasks that are still open, of a task that is completed or was skipped; at most 100. */
            open_subtasks?: components["schemas"]["OpenSubtask"][];
            /** @description Warnings, in sentences: values that were adjusted or have no effect. */
            warnings?: string[];
        };
        /** @description How many open tasks there are. */
        TaskCounts: {
            /** @description Words of the filter that no task has, each with the one that was taken instead: it differs in one letter. */
            corrections?: components["schemas"]["WordCorrection"][];
            /** @description Due on each day, in the owner's zone, from today on; with what of today is overdue already. */
            days: components["schemas"]["DayCount"][];
            /**
             * Format: int64
             * @description Those without a due value.
             */
            no_due: number;
            /**
             * Format: int64
             * @description All of them.
             */
            open: number;
            /**
             * Format: int64
             * @description Those whose due value has passed.
             */
            overdue: number;
            /** @description Of each priority. */
            priorities: components["schemas"]["PriorityCounts"];
            /** @description Of each tag, by name. */
            tags: components["schemas"]["TagCount"][];
        };
        /** @description One page of tasks. */
        TaskPage: {
            /** @description Words of the search that no task has, each with the one that was taken instead: it differs in one letter. */
            corrections?: components["schemas"]["WordCorrection"][];
            /** @description The tasks, in the requested order. */
            items: components["schemas"]["TaskView"][];
            /** @description Send it as `cursor` for the next page; null on the last one. Opaque. */
            next_cursor?: string | null;
            /** @description The zone that was asked for. */
            zone?: string | null;
        };
        /** @description A change to some fields (RFC 7396): absent keeps, null clears. */
        TaskPatch: {
            /** @description Reminders to add to the existing ones, instead of `reminders`. */
            add_reminders?: components["schemas"]["ReminderInput"][];
            /** @description Tags to add to the existing ones, instead of `tags`; unknown ones are created. */
            add_tags?: string[];
            /**
             * Format: due
             * @description A new due value, of this occurrence alone; the recurrence stays. A rule in words such as `every monday at 9` is
             *     a new recurrence.
             * @example 2030-12-01
             * @example 2030-12-01T09:00
             * @example 2030-12-01T09:00[Europe/Rome]
             * @example tomorrow 5pm
             * @example next friday
             */
            due?: string | null;
            /**
             * Format: int64
             * @description How many minutes it takes, 1 to 10,080; only with a due time. Under a due value without a time it stays, without
             *     effect.
             */
            duration_minutes?: number | null;
            /**
             * @description The intended weekday of the due value, such as `friday`; rejected if it falls on another.
             * @enum {string}
             */
            expected_weekday?: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
            /**
             * Format: text
             * @description New notes.
             * @example By bank transfer
             */
            notes?: string | null;
            parent?: components["schemas"]["TaskReference"] | null;
            /**
             * @description A new priority.
             * @enum {string|null}
             */
            priority?: "high" | "medium" | "low" | "none" | "p1" | "p2" | "p3" | "p4" | null;
            recurrence?: components["schemas"]["RuleOrWords"] | null;
            /** @description The new list of reminders. */
            reminders?: components["schemas"]["ReminderInput"][] | null;
            /** @description Tags to remove, ignoring case, instead of `tags`. */
            remove_tags?: string[];
            /** @description The new list of tags. */
            tags?: string[] | null;
            /**
             * Format: line
             * @description A new title.
             * @example Pay the rent
             */
            title?: string;
        };
        /** @description A task's number or id. */
        TaskReference: number | string;
        /** @description A task. */
        TaskView: {
            /**
             * Format: uuid
             * @description The mutation that produced this version.
             */
            change: string;
            /**
             * Format: date-time
             * @description When it was done, UTC.
             */
            completed_at?: string | null;
            /**
             * Format: date-time
             * @description When it was created, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it went to the trash, UTC.
             */
            deleted_at?: string | null;
            /** @description The due value as written: a date, a floating date-time, or a date-time with its zone. */
            due?: string | null;
            /**
             * Format: date-time
             * @description The instant of a timed due value, in UTC.
             */
            due_at?: string | null;
            /** @description English weekday of the due date. */
            due_weekday?: string | null;
            /** @description The zone of the due value: its own, or the owner's. */
            due_zone?: string | null;
            /**
             * Format: int32
             * @description How many minutes it takes from its due time on.
             */
            duration_minutes?: number | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Whether the due value has passed and the task is open. */
            is_overdue: boolean;
            missed?: components["schemas"]["MissedView"] | null;
            /** @description Anything more. */
            notes: string;
            /**
             * Format: int64
             * @description The number people use: 1, 2, 3 …
             */
            number: number;
            /** @description Which occurrence of the series it is; send it with `complete`. */
            occurrence?: string | null;
            /**
             * Format: int64
             * @description The number of the task that it is a part of.
             */
            parent?: number | null;
            /** @description `high`, `medium`, `low` or `none`. */
            priority: string;
            recurrence?: components["schemas"]["RecurrenceView"] | null;
            /** @description When the owner is notified. */
            reminders: components["schemas"]["ReminderView"][];
            /**
             * Format: uuid
             * @description The series it belongs to.
             */
            series?: string | null;
            /**
             * Format: date-time
             * @description When this occurrence was skipped, UTC.
             */
            skipped_at?: string | null;
            /** @description `open`, `completed`, `skipped` or `deleted`. */
            status: string;
            subtasks?: components["schemas"]["SubtaskCounts"] | null;
            /** @description Tag names. */
            tags: string[];
            /** @description The title. */
            title: string;
            /**
             * Format: date-time
             * @description When it last changed, UTC.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description Grows with each change; also the `ETag`.
             */
            version: number;
        };
        /** @description A remark about a part of a text. */
        TextRemark: {
            /** @description `not_understood`, `unsure` or `overruled`. */
            doubt: string;
            /** @description UTF-16 unit after the last. */
            end: number;
            /** @description Byte after the last. */
            end_byte: number;
            /** @description First UTF-16 unit. */
            start: number;
            /** @description First byte of the UTF-8 text. */
            start_byte: number;
            /** @description The remark, for a person. */
            text: string;
        };
        /** @description A recognised part of a text. */
        TextSpan: {
            /** @description UTF-16 unit after the last. */
            end: number;
            /** @description Byte after the last. */
            end_byte: number;
            /** @description `due`, `recurrence`, `priority`, `tag`, `reminder` or `duration`. */
            kind: string;
            /** @description First UTF-16 unit. */
            start: number;
            /** @description First byte of the UTF-8 text. */
            start_byte: number;
            /** @description The part itself. */
            text: string;
        };
        /** @description A new token; the secret is shown only once. */
        TokenCreated: components["schemas"]["TokenView"] & {
            /** @description The secret to send as `Authorization: Bearer …`; not in a dry run, which creates none. */
            token?: string | null;
        };
        /** @description A token, without its secret. */
        TokenView: {
            /** @description The program that signed in, as it named itself (`User-Agent`); only for sessions. */
            client?: string | null;
            /**
             * Format: date-time
             * @description When it was created, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it expires, UTC.
             */
            expires_at?: string | null;
            /**
             * Format: uuid
             * @description The id.
             */
            id: string;
            /** @description Whether it is the one in use for this request. */
            is_current?: boolean;
            /** @description `session` for a browser, `api` for a program. */
            kind: string;
            /** @description The purpose. */
            label: string;
            /**
             * Format: date-time
             * @description When it was last used, UTC; up to a minute old. Null if it never was.
             */
            last_used_at?: string | null;
            /** @description Its scopes. */
            scopes: string[];
        };
        /** @description The result of an undo. */
        Undone: {
            /**
             * Format: uuid
             * @description The change that the undo itself is; undo it to redo. Null in a dry run.
             */
            change?: string | null;
            /** @description `undo`, or `redo` if an undo was undone. */
            kind: string;
            /** @description Tasks that the undo left out, because they were deleted for good. */
            left_out?: components["schemas"]["ChangedTask"][];
            /** @description Numbers of tasks whose creation was undone. A redo brings them back. */
            removed: number[];
            /**
             * Format: int64
             * @description How many tasks were changed, with those that were removed.
             */
            task_count: number;
            /** @description The tasks as they are now, at most 200; those that no longer exist are in `removed`. */
            tasks: components["schemas"]["TaskView"][];
            /** @description The changes that were undone, newest first. */
            undone: string[];
        };
        /** @description A change to the user's settings. */
        UserPatch: {
            /**
             * @description How a date such as 4/5 is read: `day_first` or `month_first`.
             * @enum {string}
             */
            date_order?: "day_first" | "month_first";
            /**
             * @description When the day begins, as `HH:MM`.
             * @example 06:00
             */
            day_start?: string;
            /**
             * Format: int64
             * @description The reminder of a new task with a time that is created without `reminders`, in minutes before; null for none.
             */
            default_reminder?: number | null;
            /**
             * @description How much room the page leaves around a task: `comfortable` or `compact`.
             * @enum {string}
             */
            density?: "comfortable" | "compact";
            /**
             * @description The language of clients, as a BCP 47 tag such as `en`.
             * @example en
             * @example pt-BR
             */
            language?: string;
            /**
             * @description The colours of the page: `system`, `light` or `dark`.
             * @enum {string}
             */
            theme?: "system" | "light" | "dark";
            /**
             * @description The first day of the week, such as `monday`; existing rules keep theirs.
             * @enum {string}
             */
            week_start?: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
            /**
             * Format: time-zone
             * @description IANA zone; floating tasks and reminders follow it.
             * @example Europe/Rome
             * @example America/New_York
             * @example UTC
             */
            zone?: string;
        };
        /** @description A person. */
        UserView: {
            /** @description How a date such as 4/5 is read: `day_first` or `month_first`. */
            date_order?: string;
            /**
             * @description When the day begins, as `HH:MM`: where clients begin the view of a day. An hour before it without am or pm is the
             *     afternoon's; until it is set, at 07:00.
             */
            day_start?: string;
            /**
             * Format: int64
             * @description The reminder of a new task with a time that is created without `reminders`, in minutes before; null for none.
             */
            default_reminder?: number | null;
            /** @description How much room the page leaves around a task: `comfortable` or `compact`. */
            density?: string;
            /** @description Whether a password is set; without one, people sign in with a sign-in link. */
            has_password?: boolean;
            /**
             * Format: uuid
             * @description The id.
             */
            id: string;
            /** @description The language of clients, as a BCP 47 tag such as `en`. */
            language?: string;
            /** @description The name. */
            name: string;
            /** @description The colours of the page: `system`, `light` or `dark`. */
            theme?: string;
            /** @description The first day of the week, such as `monday`; new rules count their weeks from it. */
            week_start?: string;
            /** @description IANA zone for dates without a zone. */
            zone: string;
        };
        /**
         * @description The interface that made a change.
         * @enum {string}
         */
        Via: "web" | "rest" | "mcp" | "chat" | "consumer";
        /** @description A word that was searched for instead of another one. */
        WordCorrection: {
            /** @description The word that was searched for. */
            taken: string;
            /** @description The word that was sent, in lower case and without accents. */
            word: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AccountDeletion = components['schemas']['AccountDeletion'];
export type Actor = components['schemas']['Actor'];
export type Agenda = components['schemas']['Agenda'];
export type AgendaDay = components['schemas']['AgendaDay'];
export type AgendaOccurrence = components['schemas']['AgendaOccurrence'];
export type ApprovalClaim = components['schemas']['ApprovalClaim'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type Batch = components['schemas']['Batch'];
export type BatchOperation = components['schemas']['BatchOperation'];
export type BatchResult = components['schemas']['BatchResult'];
export type Bulk = components['schemas']['Bulk'];
export type BulkOperation = components['schemas']['BulkOperation'];
export type BulkResult = components['schemas']['BulkResult'];
export type ChangeView = components['schemas']['ChangeView'];
export type ChangedTask = components['schemas']['ChangedTask'];
export type ChannelCreated = components['schemas']['ChannelCreated'];
export type ChannelKinds = components['schemas']['ChannelKinds'];
export type ChannelPatch = components['schemas']['ChannelPatch'];
export type ChannelView = components['schemas']['ChannelView'];
export type ComingOccurrence = components['schemas']['ComingOccurrence'];
export type CompleteTask = components['schemas']['CompleteTask'];
export type Conversation = components['schemas']['Conversation'];
export type ConversationSummary = components['schemas']['ConversationSummary'];
export type DateView = components['schemas']['DateView'];
export type DayCount = components['schemas']['DayCount'];
export type DeadLetterView = components['schemas']['DeadLetterView'];
export type DeliveryView = components['schemas']['DeliveryView'];
export type EmptiedTrash = components['schemas']['EmptiedTrash'];
export type Ends = components['schemas']['Ends'];
export type Explanation = components['schemas']['Explanation'];
export type FieldChange = components['schemas']['FieldChange'];
export type FilterPatch = components['schemas']['FilterPatch'];
export type FilterView = components['schemas']['FilterView'];
export type GrantView = components['schemas']['GrantView'];
export type Health = components['schemas']['Health'];
export type HistoryEntry = components['schemas']['HistoryEntry'];
export type InvitationCreated = components['schemas']['InvitationCreated'];
export type InvitationView = components['schemas']['InvitationView'];
export type MergeTag = components['schemas']['MergeTag'];
export type MessageInput = components['schemas']['MessageInput'];
export type MissedView = components['schemas']['MissedView'];
export type NewApproval = components['schemas']['NewApproval'];
export type NewChannel = components['schemas']['NewChannel'];
export type NewFilter = components['schemas']['NewFilter'];
export type NewInvitation = components['schemas']['NewInvitation'];
export type NewTag = components['schemas']['NewTag'];
export type NewTask = components['schemas']['NewTask'];
export type NewToken = components['schemas']['NewToken'];
export type NewUser = components['schemas']['NewUser'];
export type NotificationSettings = components['schemas']['NotificationSettings'];
export type NotificationSettingsPatch = components['schemas']['NotificationSettingsPatch'];
export type NotificationView = components['schemas']['NotificationView'];
export type OpenOccurrence = components['schemas']['OpenOccurrence'];
export type OpenSubtask = components['schemas']['OpenSubtask'];
export type OperationResult = components['schemas']['OperationResult'];
export type Page_AuditEntry = components['schemas']['Page_AuditEntry'];
export type Page_ChangeView = components['schemas']['Page_ChangeView'];
export type Page_ChannelView = components['schemas']['Page_ChannelView'];
export type Page_ConversationSummary = components['schemas']['Page_ConversationSummary'];
export type Page_DeadLetterView = components['schemas']['Page_DeadLetterView'];
export type Page_DeliveryView = components['schemas']['Page_DeliveryView'];
export type Page_FilterView = components['schemas']['Page_FilterView'];
export type Page_GrantView = components['schemas']['Page_GrantView'];
export type Page_HistoryEntry = components['schemas']['Page_HistoryEntry'];
export type Page_InvitationView = components['schemas']['Page_InvitationView'];
export type Page_NotificationView = components['schemas']['Page_NotificationView'];
export type Page_SeriesView = components['schemas']['Page_SeriesView'];
export type Page_TagListItem = components['schemas']['Page_TagListItem'];
export type Page_TokenView = components['schemas']['Page_TokenView'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type PriorityCounts = components['schemas']['PriorityCounts'];
export type Problem = components['schemas']['Problem'];
export type ProblemField = components['schemas']['ProblemField'];
export type PushKeys = components['schemas']['PushKeys'];
export type QuickAdd = components['schemas']['QuickAdd'];
export type QuickAdded = components['schemas']['QuickAdded'];
export type QuickPreview = components['schemas']['QuickPreview'];
export type ReadNotifications = components['schemas']['ReadNotifications'];
export type RecurrenceInput = components['schemas']['RecurrenceInput'];
export type RecurrenceView = components['schemas']['RecurrenceView'];
export type ReminderInput = components['schemas']['ReminderInput'];
export type ReminderPreview = components['schemas']['ReminderPreview'];
export type ReminderView = components['schemas']['ReminderView'];
export type RescheduleTask = components['schemas']['RescheduleTask'];
export type RuleOrWords = components['schemas']['RuleOrWords'];
export type SeriesExplanation = components['schemas']['SeriesExplanation'];
export type SeriesOccurrences = components['schemas']['SeriesOccurrences'];
export type SeriesView = components['schemas']['SeriesView'];
export type SessionView = components['schemas']['SessionView'];
export type Shifted = components['schemas']['Shifted'];
export type SignIn = components['schemas']['SignIn'];
export type SignUpPolicy = components['schemas']['SignUpPolicy'];
export type SkipTask = components['schemas']['SkipTask'];
export type SnoozeTask = components['schemas']['SnoozeTask'];
export type StoredApproval = components['schemas']['StoredApproval'];
export type StoredMessage = components['schemas']['StoredMessage'];
export type SubtaskCounts = components['schemas']['SubtaskCounts'];
export type TagChange = components['schemas']['TagChange'];
export type TagCount = components['schemas']['TagCount'];
export type TagListItem = components['schemas']['TagListItem'];
export type TagPatch = components['schemas']['TagPatch'];
export type TagReminder = components['schemas']['TagReminder'];
export type TagView = components['schemas']['TagView'];
export type TaskChange = components['schemas']['TaskChange'];
export type TaskCounts = components['schemas']['TaskCounts'];
export type TaskPage = components['schemas']['TaskPage'];
export type TaskPatch = components['schemas']['TaskPatch'];
export type TaskReference = components['schemas']['TaskReference'];
export type TaskView = components['schemas']['TaskView'];
export type TextRemark = components['schemas']['TextRemark'];
export type TextSpan = components['schemas']['TextSpan'];
export type TokenCreated = components['schemas']['TokenCreated'];
export type TokenView = components['schemas']['TokenView'];
export type Undone = components['schemas']['Undone'];
export type UserPatch = components['schemas']['UserPatch'];
export type UserView = components['schemas']['UserView'];
export type Via = components['schemas']['Via'];
export type WordCorrection = components['schemas']['WordCorrection'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
