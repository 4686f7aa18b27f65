-- Domain events are published: numbered in the order of their commits, then sent to each destination in that order.
ALTER TABLE domain_events
    -- An event is found by its number, and before it has one by the index below: with a second index of positions, a
    -- plan that was made while no event had a number might read all those that have one.
    DROP CONSTRAINT domain_events_pkey,
    -- Without gaps; of two events of a user the later one has the higher number. Null: recorded, not yet numbered.
    ADD COLUMN sequence bigint;
CREATE INDEX domain_events_unnumbered ON domain_events (position) WHERE sequence IS NULL;
CREATE UNIQUE INDEX domain_events_by_sequence ON domain_events (sequence) WHERE sequence IS NOT NULL;

-- One row, locked while events are numbered.
CREATE TABLE event_numbering (
    last    bigint NOT NULL,
    is_only boolean PRIMARY KEY DEFAULT true CONSTRAINT event_numbering_is_only CHECK (is_only)
);
INSERT INTO event_numbering (last) VALUES (0);

-- Where events are published, and how far.
CREATE TABLE event_destinations (
    name       text PRIMARY KEY,
    -- Of the last event that it has.
    sequence   bigint NOT NULL,
    -- Which publisher sends to it, and until when no other may begin.
    holder     uuid,
    held_until timestamptz NOT NULL DEFAULT '-infinity',
    -- When a publisher last had it among its settings.
    seen_at    timestamptz NOT NULL DEFAULT now()
);
