-- The posts of an author in the order of their ids: also the author's own list, which has PRIVATE ones, by this index. The
-- one before left them out, and a plan that was made on empty tables took it to look up single posts.
CREATE INDEX posts_of_author ON posts (author_id, id DESC) INCLUDE (visibility);
DROP INDEX posts_by_author;
