import TestSupport
import Testing

/// S1-14, S1-19, S1-57, X-3. Each test has a product of its own, because limits are counted by address.
@Suite(.showingOutput)
struct RateLimitTests {
    private static var options: ProductOptions {
        var options = ProductOptions()
        options.isRateLimited = true
        options.kinds = [.api]
        return options
    }

    @Test func `of six registrations from one address in a minute the last is put off`() async throws {
        try await Product.run(Self.options) { product in
            for _ in 0..<5 { _ = try await Person.register(at: product.client) }
            let name = Person.newName()
            let answer = try await product.client.post(
                "/auth/register", json: Person.registration(email: "\(name)@example.com", name))
            expectPutOff(answer)
            _ = try await Person.register(at: product.client.from("127.0.0.2"))
        }
    }

    @Test func `of six logins from one address in a minute the last is put off`() async throws {
        try await Product.run(Self.options) { product in
            let person = try await Person.register(at: product.client)
            for _ in 0..<5 { _ = try await person.logIn(at: product.client) }
            expectPutOff(try await logIn(person, at: product.client))
            _ = try await person.logIn(at: product.client.from("127.0.0.2"))
        }
    }

    @Test func `the limit is one for all processes`() async throws {
        try await Product.run(Self.options) { product in
            let other = try await product.add(.api)
            let person = try await Person.register(at: product.client)
            for _ in 0..<3 { _ = try await person.logIn(at: product.client) }
            for _ in 0..<2 { _ = try await person.logIn(at: other.client) }
            expectPutOff(try await logIn(person, at: product.client))
            expectPutOff(try await logIn(person, at: other.client))
        }
    }

    //
    @Test func `whoever guesses at one account from many addresses is slowed down`() async throws {
        try await Product.run(Self.options) { product in
            let person = try await Person.register(at: product.client)
            for machine in 2...3 {
                for _ in 0..<5 {
                    let guess = try await logIn(person, "a guess", at: product.client.from("127.0.0.\(machine)"))
                    expectRefusal(guess, 401, "Invalid credentials")
                }
            }
            // Even the right password waits.
            expectPutOff(try await logIn(person, at: product.client.from("127.0.0.4")))
            var machine = 4
            try await eventually("the wait is over") {
                machine += 1
                return try await logIn(person, at: product.client.from("127.0.1.\(machine)")).status == 200
            }
        }
    }

    @Test func `of eleven uploads by one person in a minute the last is put off`() async throws {
        var options = Self.options
        options.kinds = [.api, .images]
        try await Product.run(options) { product in
            let person = try await Person.register(at: product.client)
            for _ in 0..<10 { #expect(try await person.upload(Picture.jpeg, to: product.client).status == 200) }
            expectPutOff(try await person.upload(Picture.jpeg, to: product.client.from("127.0.0.2")))
        }
    }

    private func logIn(
        _ person: Person, _ password: String? = nil, at client: ProductClient
    ) async throws -> ProductAnswer {
        let json = Person.login(email: person.email, password ?? person.password)
        return try await client.post("/auth/login", json: json)
    }

    private func expectPutOff(_ answer: ProductAnswer, sourceLocation: SourceLocation = #_sourceLocation) {
        expectRefusal(answer, 429, sourceLocation: sourceLocation)
        let seconds = answer.headers["retry-after"].flatMap { Int($0) } ?? 0
        #expect((1...60).contains(seconds), sourceLocation: sourceLocation)
    }
}
