-- What a durable job costs PostgreSQL, without us: its row, then its effect and its end.
SELECT gen_random_uuid() AS id \gset
INSERT INTO outbox (id, queue, kind, payload) VALUES (:id, 'email', 'bench-effect', '{"number": 1}');
WITH ended AS (DELETE FROM outbox WHERE id = :id RETURNING id) INSERT INTO bench_effects SELECT 1 FROM ended;
