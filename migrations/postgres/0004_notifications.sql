-- What a person was told and may not have seen yet: one row for each reminder that fired.

CREATE TABLE notifications (
    id UUID NOT NULL PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES users (id),
    task_id UUID NOT NULL REFERENCES tasks (id),
    reminder_id UUID NOT NULL,
    fire_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notifications_by_owner ON notifications (owner_id, id);
CREATE INDEX notifications_unread ON notifications (owner_id, task_id) WHERE read_at IS NULL;
