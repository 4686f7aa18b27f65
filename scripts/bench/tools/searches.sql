-- Prints 400 searches for the posts of tools/search.sql, each another: one word, two, a common and a rare one, either
-- of two, a phrase, a negation, four words, and a word that no post has. Common words have one of the 100 first ranks.
WITH searches AS (
    SELECT number, number % 3 <> 0 AS is_russian, number * 7919 % 100 AS common, (number * 104729 + 13) % 100 AS other,
           floor(exp(((number * 48271) % 400 + 0.5) / 400 * ln(40000)))::integer - 1 AS any_rank,
           1000 + number * 15485863 % 39000 AS rare
    FROM generate_series(1::bigint, 400) AS number
)
SELECT CASE number % 8
    WHEN 0 THEN bench_word(any_rank, is_russian)
    WHEN 1 THEN bench_word(common::integer, is_russian) || ' ' || bench_word(other::integer, is_russian)
    WHEN 2 THEN bench_word(common::integer, is_russian) || ' ' || bench_word(rare::integer, is_russian)
    WHEN 3 THEN bench_word(any_rank, is_russian) || ' or ' || bench_word(rare::integer, NOT is_russian)
    WHEN 4 THEN '"' || bench_word(common::integer, is_russian) || ' ' || bench_word(other::integer, is_russian) || '"'
    WHEN 5 THEN bench_word(any_rank, is_russian) || ' -' || bench_word(other::integer, is_russian)
    WHEN 6 THEN bench_word(common::integer, is_russian) || ' ' || bench_word(other::integer, is_russian) || ' '
        || bench_word(any_rank, is_russian) || ' ' || bench_word(rare::integer, is_russian)
    ELSE CASE WHEN number % 16 = 7 THEN bench_word(common::integer, is_russian) ELSE 'nothing' || number END END
FROM searches ORDER BY number;
