-- Rows of this table are deleted soon after they are inserted. A table that shrinks to no pages again and again would
-- be read as a whole by plans of such a moment; one that keeps its pages is read by its key.
ALTER TABLE inbox_changes SET (vacuum_truncate = off);
