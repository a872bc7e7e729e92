-- Notifications that were read are deleted by age.

CREATE INDEX notifications_by_reading ON notifications (read_at) WHERE read_at IS NOT NULL;
