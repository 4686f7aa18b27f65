import Redis
import TestSupport
import Testing

/// Jobs that cannot be run are dead-lettered with the reason, and delay no other job.
@Suite(.showingOutput)
struct PoisonTests {
    @Test func `a job of an unknown kind is retried for an hour, then dead-lettered with the reason`() async throws {
        var options = ProductOptions()
        options.kinds = [.api, .email, .scheduler]
        try await Product.run(options) { product in
            _ = try await product.texts(
                """
                INSERT INTO outbox (id, queue, kind, payload, created_at)
                VALUES (gen_random_uuid(), 'email', 'from-the-future', '{}', now() - interval '61 minutes')
                RETURNING kind
                """)
            try await expectDead("no handler for the kind from-the-future", in: product)
            // The queue goes on.
            let user = try await TestUser.register(at: product.client)
            try await eventually("the mails come") { product.hasWelcomeMails(user.email) }
        }
    }

    @Test func `a job with an unreadable payload is dead-lettered with the reason`() async throws {
        var options = ProductOptions()
        options.kinds = [.email, .scheduler]
        try await Product.run(options) { product in
            _ = try await product.texts(
                """
                INSERT INTO outbox (id, queue, kind, payload)
                VALUES (gen_random_uuid(), 'email', 'send-welcome', '{"to":"x"}')
                RETURNING kind
                """)
            try await expectDead("cannot decode the job", in: product)
        }
    }

    @Test func `a job with which three workers died is dead-lettered with the reason`() async throws {
        // Takes the connection and never says a word, so that the job is certainly running.
        let server = try SilentListener()
        var options = ProductOptions()
        options.environment = ["SMTP_URL": "smtp://127.0.0.1:\(server.port)"]
        options.kinds = [.email, .scheduler]
        try await Product.run(options) { product in
            let email = product.process(.email)
            _ = try await product.enqueueWelcome(to: "ann@music.example")
            for deaths in 0..<3 {
                // What the dead one had is counted when the next one takes it over.
                try await eventually("the worker has begun") {
                    let counted = try await product.redis("HVALS", "jq:{email}:crashes").array ?? []
                    let begun = try await begun(in: product)
                    return counted.compactMap(\.integer).reduce(0, +) == deaths && begun == 1
                }
                await email.kill()
                try await email.start()
            }
            try await expectDead("3 workers died while running this job", in: product)
        }
    }

    /// How many jobs have begun. A suspect that has not is marked, and its worker's death is not counted against it.
    private func begun(in product: Product) async throws -> Int {
        var count = 0
        for worker in try await product.redis("ZRANGE", "jq:{email}:workers", ["0", "-1"]).array ?? [] {
            let values = try await product.redis("HVALS", "jq:{email}:running:\(worker.text ?? "")").array ?? []
            count += values.count { $0.bytes?.isEmpty == true }
        }
        return count
    }

    private func expectDead(_ reason: String, in product: Product) async throws {
        let error = try await eventually("the job is dead", within: 20) {
            try await product.texts("SELECT coalesce(error, '') FROM outbox WHERE state = 'dead'").first
        }
        #expect(error.hasPrefix(reason), "\(error)")
        let queued = try await product.texts(
            "SELECT id::text FROM outbox WHERE state = 'queued' AND queue = 'email'")
        #expect(queued.isEmpty)
    }
}
