import Redis
import TestSupport
import Testing

/// An answer of 200 is a promise that outlives the process that gave it and everything in Redis.
@Suite(.showingOutput)
struct AcceptedIsDoneTests {
    @Test func `mail and picture come although the API is killed right after its answer`() async throws {
        try await Product.run { product in
            let api = product.process(.api)
            let person = try await Person.register(at: product.client)
            await api.kill()
            try await eventually("the mails come") { product.hasGreeted(person.email) }
            try await api.start()

            product.process(.images).suspend()
            #expect(try await person.upload(Picture.jpeg, to: product.client).status == 200)
            await api.kill()
            product.process(.images).resume()
            try await api.start()
            try await expectAllReady([person], in: product)
        }
    }

    @Test func `mail and picture come although Redis is away when they are promised`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis) { product in
            let api = product.process(.api)
            await redis.kill()
            let person = try await Person.register(at: product.client)
            let answer = try await person.upload(Picture.jpeg, to: product.client)
            #expect(answer.status == 200, "\(answer.text)")
            await api.kill()
            try await redis.restart()
            try await api.start()
            try await expectAllReady([person], in: product)
            #expect(product.hasGreeted(person.email))
        }
    }

    @Test func `logins and refreshes work while Redis is away`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis, [.api]) { product in
            let person = try await Person.register(at: product.client)
            await redis.kill()
            let again = try await person.logIn(at: product.client)
            let answer = try await product.client.post(
                "/auth/refresh", json: #"{"refreshToken":"\#(again.refreshToken)"}"#)
            #expect(answer.status == 200)
        }
    }

    @Test func `fifty waiting uploads are made although Redis forgets everything`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis, [.api, .email, .scheduler]) { product in
            let people = try await register(50, at: product.client)
            try await upload(Picture.jpeg, by: people, to: product.client)
            #expect(try await product.redis("LLEN", "jq:{images}:ready").integer == 50)
            try await redis.flush()
            try await product.add(.images)
            try await expectAllReady(people, in: product, within: 30)
        }
    }

    @Test func `a Redis that starts anew in the middle of the work loses nothing`() async throws {
        let redis = try await RedisServer()
        try await withProduct(on: redis) { product in
            let people = try await register(10, at: product.client)
            async let uploads: Void = upload(Picture.png(1_000, 1_000), by: people, to: product.client)
            try await eventually("the work has begun") {
                try await !product.texts("SELECT id::text FROM media").isEmpty
            }
            await redis.kill()
            try await redis.restart()
            try await uploads
            try await expectAllReady(people, in: product)
            for person in people { #expect(product.hasGreeted(person.email)) }
        }
    }

    @Test func `two of every process send each mail once`() async throws {
        let server = try await SMTPServer.start()
        var options = ProductOptions()
        options.environment = ["SMTP_URL": server.url]
        options.kinds = [.api, .email, .scheduler]
        try await Product.run(options) { product in
            for kind in options.kinds { try await product.add(kind) }
            let people = try await register(15, at: product.client)
            try await eventually("no mail is left to send") {
                try await product.openJobs().isEmpty
            }
            let recipients = try server.received().flatMap(\.recipients)
            #expect(recipients.sorted() == (people + people).map(\.email).sorted())
        }
    }

    @Test func `a mail server that refuses for a while gets the mail later`() async throws {
        var busy = SMTPServer.Behaviour()
        busy.messageReply = "451 4.3.0 try again later"
        let server = try await SMTPServer.start(busy)
        var options = ProductOptions()
        options.environment = ["SMTP_URL": server.url]
        options.kinds = [.api, .email]
        try await Product.run(options) { product in
            _ = try await Person.register(at: product.client)
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
