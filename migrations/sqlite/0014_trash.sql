-- Tasks that have been in the trash for long enough are deleted for good, with what refers to them.

CREATE INDEX tasks_in_trash ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX notifications_by_task ON notifications (task_id);
