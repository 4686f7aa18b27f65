import Chassis
import Foundation
import Redis
import TestSupport
import Testing

/// What operators ask of the queues on the command line.
@Suite(.showingOutput)
struct OperatorTests {
    @Test func `a dead job is listed, inspected, and done after a retry`() async throws {
        try await Product.run(options(.email, .scheduler)) { product in
            let job = try await product.enqueueWelcome(to: "not an address")
            try await eventually("the job is dead") { try await product.state(of: job) == "dead" }

            let list = try await product.askJSON("list", "email", "--state", "dead")
            #expect(list["queue"].text == "email")
            #expect(list["jobs"].count == 1)
            #expect(list["jobs"][0]["id"].text == job)
            #expect(list["jobs"][0]["kind"].text == "send-welcome")
            #expect(list["jobs"][0]["error"].text?.isEmpty == false)
            #expect(try await product.ask("list", "email", "--state", "dead").contains(job))
            let report = try await product.askJSON("job", job)["job"]
            #expect(report["state"].text == "dead")
            #expect(report["payload"]["email"].text == "not an address")
            #expect(report["history"][0]["event"].text == "dead")
            #expect(try await product.ask("job", job).contains("not an address"))

            _ = try await product.texts(
                "UPDATE outbox SET payload = payload || '{\"email\": \"ann@music.example\"}' RETURNING id::text")
            #expect(try await product.ask("retry", job).contains("queued again"))
            try await eventually("the mail comes") {
                product.mailbox.mail(to: "ann@music.example").count == 1
            }
            try await eventually("the row is gone") { try await product.state(of: job) == nil }
            let unknown = try await product.run("Workers", ["retry", job])
            #expect(unknown.exit == .code(1))
            #expect(unknown.output.hasPrefix("There is no job \(job)."), "\(unknown.output)")
        }
    }

    @Test func `a paused queue runs no job until it is resumed, and is drained then`() async throws {
        try await Product.run(options(.api, .email, .scheduler)) { product in
            try await product.ask("pause", "email")
            let user = try await TestUser.register(at: product.client)
            try await eventually("the mails wait") {
                let queue = try await product.askJSON("inspect", "email")["queues"][0]
                return queue["queued"]["normal"].number == 2 && queue["paused"] == .bool(true)
                    && queue["workers"].number == 1
            }
            #expect(try await product.ask("inspect").contains("paused"))
            let refused = try await product.run("Workers", ["drain", "email"])
            #expect(refused.exit == .code(1))
            #expect(refused.output.contains("Workers resume email"), "\(refused.output)")
            #expect(product.mailbox.mail(to: user.email).isEmpty)

            try await product.ask("resume", "email")
            #expect(try await product.askJSON("drain", "email", "--timeout", "15")["drained"] == .bool(true))
            #expect(product.hasWelcomeMails(user.email))
            try await eventually("the worker's counts have come") {
                let kinds = try await product.askJSON("inspect", "email")["queues"][0]["kinds"].array ?? []
                return kinds.map { $0["kind"].text } == ["send-verification", "send-welcome"]
                    && kinds.allSatisfy { $0["done"].number == 1 }
            }
            #expect(try await product.ask("inspect", "email").contains("send-welcome"))
        }
    }

    @Test func `a running job that is cancelled is not requeued when its worker dies`() async throws {
        let server = try SilentListener()
        var options = options(.email, .scheduler)
        options.environment = ["SMTP_URL": "smtp://127.0.0.1:\(server.port)"]
        try await Product.run(options) { product in
            let job = try await product.enqueueWelcome(to: "ann@music.example")
            try await eventually("the job runs") {
                try await product.askJSON("job", job)["job"]["state"].text == "running"
            }
            #expect(try await product.askJSON("list", "email", "--state", "running")["jobs"][0]["id"].text == job)
            #expect(try await product.askJSON("cancel", job)["jobs"][0]["outcome"].text == "interrupting")
            await product.process(.email).kill()
            try await product.process(.email).start()
            try await eventually("no worker runs it") {
                try await product.askJSON("inspect", "email")["queues"][0]["running"].number == 0
            }
            let report = try await product.askJSON("job", job)["job"]
            #expect(report["state"].text == "cancelled")
            #expect(report["history"][0]["event"].text == "cancelled")
            let refused = try await product.run("Workers", ["cancel", UUID().uuidString])
            #expect(refused.exit == .code(1))
            #expect(try await product.ask("delete", job).contains("deleted"))
            #expect(try await product.state(of: job) == nil)
        }
    }

    @Test func `ten thousand dead jobs are retried, and deleted, with one command each`() async throws {
        try await Product.run(options()) { product in
            _ = try await product.texts(
                """
                INSERT INTO outbox (id, queue, kind, payload, state, error, ended_at)
                SELECT gen_random_uuid(), 'email', 'send-welcome', '{}', 'dead', 'unlucky', now()
                FROM generate_series(1, 10000) RETURNING id::text
                """)
            #expect(try await product.askJSON("inspect", "email")["queues"][0]["dead"].number == 10_000)
            let retried = try await product.askJSON("retry", "--queue", "email", "--all")
            #expect(retried == .object(["queue": .text("email"), "state": .text("dead"), "count": .number(10_000)]))
            #expect(try await product.redis("LLEN", "jq:{email}:ready").integer == 10_000)
            #expect(try await product.ask("retry", "--queue", "email", "--all").hasSuffix("No job of email is dead.\n"))
            let deleted = try await product.ask("delete", "--queue", "email", "--state", "queued")
            #expect(deleted.contains("10000 jobs of email deleted."), "\(deleted)")
            #expect(try await product.askJSON("inspect", "email")["queues"][0]["queued"]["normal"].number == 0)
            #expect(try await product.redis("EXISTS", "jq:{email}:jobs").integer == 0)
            #expect(try await product.texts("SELECT id::text FROM outbox").isEmpty)
        }
    }

    @Test func `dead jobs of one cause are one line, and are retried and deleted together`() async throws {
        try await Product.run(options()) { product in
            _ = try await product.texts(
                """
                INSERT INTO outbox (id, queue, kind, payload, state, error, ended_at)
                SELECT gen_random_uuid(), 'deliveries', 'send-web-push', '{}', 'dead',
                       'the push service answered ' || CASE WHEN number <= 300 THEN '403' ELSE '400' END, now()
                FROM generate_series(1, 310) AS number RETURNING id::text
                """)
            let groups = try await product.askJSON("list", "--groups")["groups"]
            #expect(groups.count == 2)
            #expect(groups[0]["count"].number == 300)
            #expect(groups[0]["queue"].text == "deliveries" && groups[0]["kind"].text == "send-web-push")
            #expect(groups[0]["cause"].text == "the push service answered 403")
            let (first, second) = (try #require(groups[0]["group"].text), try #require(groups[1]["group"].text))
            let inspected = try await product.ask("inspect", "deliveries")
            #expect(inspected.components(separatedBy: "the push service answered 403").count == 2, "\(inspected)")
            #expect(try await product.askJSON("inspect", "images")["deadGroups"].count == 0)
            #expect(try await product.ask("list", "deliveries", "--groups").contains(first))

            #expect(try await product.ask("delete", "--group", first).contains("300 jobs of deliveries deleted."))
            #expect(try await product.askJSON("retry", "--group", second)["count"].number == 10)
            #expect(try await product.texts("SELECT DISTINCT state FROM outbox") == ["queued"])
            let unknown = try await product.run("Workers", ["retry", "--group", first])
            #expect(unknown.exit == .code(1))
            #expect(unknown.output.contains("There is no group \(first)"), "\(unknown.output)")
            #expect(try await product.ask("list", "--groups") == "No job is dead.\n")
        }
    }

    @Test func `an empty list is reported in a sentence`() async throws {
        try await Product.run(options()) { product in
            let dead = try await product.ask("list", "images", "--state", "dead")
            #expect(dead == "No job of images is dead.\n")
            #expect(try await product.ask("inspect").contains("No job has ended yet."))
            #expect(try await product.askJSON("inspect")["queues"].count == 9)
            #expect(try await product.askJSON("list", "images", "--state", "queued")["jobs"].count == 0)
            #expect(try await product.ask("drain", "images").contains("No job of images is queued or running"))
        }
    }

    @Test(arguments: [
        ["inspect", "mail"], ["inspect", "email", "images"], ["list", "email"], ["list", "email", "--state", "odd"],
        ["list", "--state", "dead"], ["list", "email", "--state", "dead", "--limit", "0"], ["job"], ["retry"],
        ["retry", "--queue", "email", "--state", "queued", "--all"], ["retry", "--all"], ["retry", "--queue", "email"],
        ["cancel"], ["cancel", "--all"], ["delete"], ["delete", "--queue", "email"], ["pause"], ["resume", "--now"],
        ["delete", "--queue", "email", "--state", "running"], ["drain", "email", "--timeout"],
        ["list", "--groups", "--newest"], ["list", "mail", "--groups"], ["retry", "--group"],
        ["list", "email", "--groups", "--state", "queued"], ["delete", "--group", "0f", "--queue", "email"],
    ])
    func `wrong usage is refused with the right usage`(words: [String]) async throws {
        let run = try await run(words, [:])
        #expect(run.exit == .code(64))
        #expect(run.output.contains("usage: Workers \(words[0])"), "\(run.output)")
    }

    @Test func `help lists every command, and an unknown command refers to it`() async throws {
        let help = try await run(["help"], [:])
        #expect(help.exit == .code(0))
        for word in [
            "inspect", "list", "job", "retry", "cancel", "delete", "pause", "resume", "drain", "reconcile", "help",
        ] {
            #expect(help.output.contains("  Workers \(word)"), "\(word)")
        }
        let unknown = try await run(["inspct"], [:])
        #expect(unknown.exit == .code(64))
        #expect(unknown.output.contains("Workers help"), "\(unknown.output)")
    }

    @Test func `only required settings are demanded`() async throws {
        let run = try await run(["inspect"], ["MAIL_FROM": "nobody", "STORAGE_URL": "ftp://localhost"])
        #expect(run.exit == .code(78))
        for name in ["DATABASE_URL", "REDIS_URL"] { #expect(run.output.contains("- \(name) must be set")) }
        #expect(!run.output.contains("MAIL_FROM") && !run.output.contains("STORAGE_URL"), "\(run.output)")
    }

    @Test func `the error names the server that does not answer`() async throws {
        let closed = try SilentListener().port
        try await Product.run(options()) { product in
            let redis = try await run(
                ["inspect"],
                ["DATABASE_URL": product.databaseURL.exposed, "REDIS_URL": "redis://127.0.0.1:\(closed)"])
            #expect(redis.exit == .code(1))
            #expect(redis.output.contains("Redis does not answer."), "\(redis.output)")
        }
        let database = try await run(
            ["inspect"],
            ["DATABASE_URL": "postgresql://127.0.0.1:\(closed)/none", "REDIS_URL": try TestServers.redisURL])
        #expect(database.exit == .code(1))
        #expect(database.output.contains("PostgreSQL does not answer."), "\(database.output)")
        let schema = try await run(
            ["inspect"],
            ["DATABASE_URL": try TestServers.databaseURL.exposed, "REDIS_URL": try TestServers.redisURL])
        #expect(schema.exit == .code(1))
        #expect(schema.output.contains("migrate"), "\(schema.output)")
    }

    /// Runs Workers with the given environment alone.
    private func run(
        _ words: [String], _ environment: [String: String]
    ) async throws -> (exit: ChildProcess.Exit, output: String) {
        let log = "/tmp/operator-\(UUID().uuidString.prefix(13)).log"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let child = try await ChildProcess.start(
            [ProductExecutable.path("Workers")] + words, environment: environment, output: log)
        let exit = await child.exited()
        return (exit, String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self))
    }

    private func options(_ kinds: ProductProcess.Kind...) -> ProductOptions {
        var options = ProductOptions()
        options.kinds = kinds
        return options
    }
}
