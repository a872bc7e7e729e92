-- Finds the tasks of a person that belong to a series in the order by due value.

CREATE INDEX tasks_in_series_by_due ON tasks (owner_id, status, due_order, urgency, id) WHERE series_id IS NOT NULL;
