import Redis
import TestSupport
import Testing

/// An answer of 200 is a promise that outlives the process that gave it and everything in Redis.
@Suite(.showingOutput)
struct AcceptedIsDoneTests {
    @Test func `mail and avatar arrive although the API is killed right after its answer`() async throws {
        try await Product.run { product in
            let api = product.process(.api)
            let user = try await TestUser.register(at: product.client)
            await api.kill()
            try await eventually("the mails come") { product.hasWelcomeMails(user.email) }
            try await api.start()

            product.process(.images).suspend()
            #expect(try await user.upload(Picture.jpeg, to: product.client).status == 200)
            await api.kill()
            product.process(.images).resume()
            try await api.start()
            try await expectAllReady([user], in: product)
        }
    }

    @Test func `mail and avatar arrive although Redis is stopped when their jobs are enqueued`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis) { product in
            let api = product.process(.api)
            await redis.kill()
            let user = try await TestUser.register(at: product.client)
            let answer = try await user.upload(Picture.jpeg, to: product.client)
            #expect(answer.status == 200, "\(answer.text)")
            await api.kill()
            try await redis.restart()
            try await api.start()
            try await expectAllReady([user], in: product)
            #expect(product.hasWelcomeMails(user.email))
        }
    }

    @Test func `logins and refreshes succeed while Redis is stopped`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis, [.api]) { product in
            let user = try await TestUser.register(at: product.client)
            await redis.kill()
            let again = try await user.logIn(at: product.client)
            let answer = try await product.client.post(
                "/auth/refresh", json: #"{"refreshToken":"\#(again.refreshToken)"}"#)
            #expect(answer.status == 200)
        }
    }

    @Test func `fifty pending uploads are processed although Redis loses its data`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis, [.api, .email, .scheduler]) { product in
            let users = try await register(50, at: product.client)
            try await upload(Picture.jpeg, by: users, to: product.client)
            #expect(try await product.redis("LLEN", "jq:{images}:ready").integer == 50)
            try await redis.flush()
            try await product.add(.images)
            try await expectAllReady(users, in: product, within: 30)
        }
    }

    @Test func `a restart of Redis during the work loses no job`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis) { product in
            let users = try await register(10, at: product.client)
            async let uploads: Void = upload(Picture.png(1_000, 1_000), by: users, to: product.client)
            try await eventually("the work has begun") {
                try await !product.texts("SELECT id::text FROM media").isEmpty
            }
            await redis.kill()
            try await redis.restart()
            try await uploads
            try await expectAllReady(users, in: product)
            for user in users { #expect(product.hasWelcomeMails(user.email)) }
        }
    }

    @Test func `two processes of each kind send each mail once`() async throws {
        let server = try await SMTPServer.start()
        var options = ProductOptions()
        options.environment = ["SMTP_URL": server.url]
        options.kinds = [.api, .email, .scheduler]
        try await Product.run(options) { product in
            for kind in options.kinds { try await product.add(kind) }
            let users = try await register(15, at: product.client)
            try await eventually("no mail is left to send") {
                try await product.openJobs().isEmpty
            }
            let recipients = try server.received().flatMap(\.recipients)
            #expect(recipients.sorted() == (users + users).map(\.email).sorted())
        }
    }

    @Test func `a mail that the server refuses for a while is sent later`() async throws {
        var busy = SMTPServer.Behaviour()
        busy.messageReply = "451 4.3.0 try again later"
        let server = try await SMTPServer.start(busy)
        var options = ProductOptions()
        options.environment = ["SMTP_URL": server.url]
        options.kinds = [.api, .email]
        try await Product.run(options) { product in
            _ = try await TestUser.register(at: product.client)
            try await eventually("the jobs wait for their second attempt and say why") {
                try await product.texts(
                    "SELECT error FROM outbox WHERE state = 'queued' AND attempt >= 1 AND error LIKE '%451%'"
                ).count == 2
            }
        }
    }

    private func withProduct(
        on redis: RedisServer, _ kinds: [ProductProcess.Kind] = ProductProcess.Kind.allCases,
        _ body: (Product) async throws -> Void
    ) async throws {
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = kinds
        try await Product.run(options, body)
    }
}
