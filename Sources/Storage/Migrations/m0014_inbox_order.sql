-- The inbox is ordered by PostgreSQL's clock: ids of notifications come from the clocks of worker processes, and those
-- of announcements are random.
CREATE INDEX notifications_in_order ON notifications (user_id, created_at DESC, id DESC);
DROP INDEX notifications_by_user;

-- An announcement is the product's, not its author's: it reaches users who block the author, and names no user.
UPDATE notifications SET actor_id = NULL WHERE kind = 'announcement' AND actor_id IS NOT NULL;
