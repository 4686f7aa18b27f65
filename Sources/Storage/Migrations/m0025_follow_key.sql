-- Whether one user follows another is read from the key alone. With the column in the index of a follower's follows
-- only, the planner took that one and looked through all of them [5,000 follows: 8.6 ms for a page of a feed].
ALTER TABLE follows
    DROP CONSTRAINT follows_pkey,
    ADD CONSTRAINT follows_pkey PRIMARY KEY (follower_id, following_id) INCLUDE (is_hidden);
