import Chassis
import Redis
import TestSupport
import Testing

/// Users without heartbeats are offline, and PostgreSQL has the time when they were last seen.
@Suite(.showingOutput)
struct PresenceExpiryTests {
    private static let deadlines = "presence:{sessions}:deadlines"
    private static let signs = "presence:{sessions}:signs"

    @Test func `expired sessions end, and the others stay`() async throws {
        try await Product.run(options()) { product in
            let users = try await addPeople(600, to: product)
            let now = Timestamp.now.unixSeconds
            for (number, user) in users.enumerated() {
                try await addSession("\(user):phone", sign: 1_700_000_000 + number, deadline: now - 10, to: product)
            }
            try await addSession("\(users[0]):laptop", sign: 1_700_001_000, deadline: now - 5, to: product)
            try await addSession("\(users[1]):laptop", sign: now, deadline: now + 600, to: product)
            try await eventually("one session is left", within: 20) {
                try await product.redis("ZCARD", Self.deadlines).integer == 1
            }
            #expect(try await product.redis("HLEN", Self.signs).integer == 1)
            let seen = try await product.texts(
                "SELECT (extract(epoch FROM last_seen_at)::bigint - 1700000000)::text FROM user_cards ORDER BY user_id")
            #expect(seen == ["1000"] + (1..<600).map { "\($0)" })
        }
    }

    // A transaction holds the user's row, so that the worker is stopped between finding the session and writing.
    @Test func `a worker that is killed before PostgreSQL has the row loses nothing`() async throws {
        try await Product.run(options()) { product in
            let user = try await addPeople(1, to: product)[0]
            let held = try await OpenTransaction.begin(in: product.databaseURL)
            try await held.run("SELECT FROM user_cards FOR UPDATE")
            let now = Timestamp.now.unixSeconds
            try await addSession("\(user):phone", sign: 1_700_000_000, deadline: now - 1, to: product)
            try await writeIsWaiting(in: product)
            let presence = product.process(.presence)
            await presence.kill()
            _ = try await product.texts(
                "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE \(Self.waiting)")
            #expect(try await product.redis("ZCARD", Self.deadlines).integer == 1)
            try await held.commit()
            let unseen = "SELECT username FROM user_cards WHERE last_seen_at IS NULL"
            #expect(try await product.texts(unseen).count == 1)

            try await presence.start()
            try await eventually("the session ends", within: 20) {
                try await product.redis("ZCARD", Self.deadlines).integer == 0
            }
            #expect(try await seen(in: product) == ["1700000000"])
        }
    }

    // Redis stands still when the worker wants to remove what PostgreSQL has.
    @Test func `a worker that is killed before Redis has removed the session loses nothing`() async throws {
        let redis = try await RedisServer()
        var options = options()
        options.redisURL = redis.url
        try await Product.run(options) { product in
            let user = try await addPeople(1, to: product)[0]
            let held = try await OpenTransaction.begin(in: product.databaseURL)
            try await held.run("SELECT FROM user_cards FOR UPDATE")
            let now = Timestamp.now.unixSeconds
            try await addSession("\(user):phone", sign: 1_700_000_000, deadline: now - 1, to: product)
            try await writeIsWaiting(in: product)
            redis.suspend()
            try await held.commit()
            try await eventually("PostgreSQL has it") { try await seen(in: product) == ["1700000000"] }
            let presence = product.process(.presence)
            await presence.kill()
            redis.resume()
            #expect(try await product.redis("ZCARD", Self.deadlines).integer == 1)

            try await presence.start()
            try await eventually("the session ends", within: 20) {
                try await product.redis("ZCARD", Self.deadlines).integer == 0
            }
            #expect(try await seen(in: product) == ["1700000000"])
        }
    }

    private static let waiting = """
        datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%last_seen_at%'
        """

    private func writeIsWaiting(in product: Product) async throws {
        try await eventually("the worker wants to write", within: 20) {
            try await product.texts("SELECT pid::text FROM pg_stat_activity WHERE \(Self.waiting)").count == 1
        }
    }

    private func seen(in product: Product) async throws -> [String] {
        try await product.texts("SELECT coalesce(extract(epoch FROM last_seen_at)::bigint::text, '') FROM user_cards")
    }

    private func addPeople(_ count: Int, to product: Product) async throws -> [String] {
        try await product.texts(
            """
            WITH added AS (
                INSERT INTO accounts (id, email, username, password_hash)
                SELECT gen_random_uuid(), number || '@b.example', 'p' || number, 'x'
                FROM generate_series(1, $1::text::integer) AS number
                RETURNING id
            ), described AS (
                INSERT INTO profiles (user_id) SELECT id FROM added RETURNING user_id
            )
            SELECT user_id::text FROM described ORDER BY user_id
            """, ["\(count)"])
    }

    private func addSession(_ session: String, sign: Int, deadline: Int, to product: Product) async throws {
        _ = try await product.redis("HSET", Self.signs, [session, "\(sign)000"])
        _ = try await product.redis("ZADD", Self.deadlines, ["\(deadline)000", session])
    }

    private func options() -> ProductOptions {
        var options = ProductOptions()
        options.kinds = [.presence, .scheduler]
        return options
    }
}
