-- Comments on posts, and replies to them.

-- The key begins with the id: comments are changed by it; lists read the index of their post.
CREATE TABLE comments (
    id         uuid PRIMARY KEY,
    post_id    uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    author_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    -- Of a reply; its replies are deleted with a comment.
    parent_id  uuid REFERENCES comments ON DELETE CASCADE,
    content    text NOT NULL,
    -- The time in the id.
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX comments_of_post ON comments (post_id, id DESC);
CREATE INDEX idx_comments_post_created ON comments (post_id, created_at DESC);
CREATE INDEX comments_of_author ON comments (author_id);
CREATE INDEX comments_of_parent ON comments (parent_id) WHERE parent_id IS NOT NULL;
