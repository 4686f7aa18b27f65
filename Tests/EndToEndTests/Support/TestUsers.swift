import TestSupport
import Testing

/// Registers users concurrently.
func register(_ count: Int, at client: ProductClient) async throws -> [TestUser] {
    try await withThrowingTaskGroup { group in
        for _ in 0..<count { group.addTask { try await TestUser.register(at: client) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
}

/// Uploads a picture for each user concurrently and expects that each is accepted.
func upload(_ picture: [UInt8], by users: [TestUser], to client: ProductClient) async throws {
    let statuses = try await withThrowingTaskGroup { group in
        for user in users { group.addTask { try await user.upload(picture, to: client).status } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == users.map { _ in 200 })
}

/// Waits until the one picture of each user is ready, and expects that it is served and counted once, and no job left.
func expectAllReady(_ users: [TestUser], in product: Product, within seconds: Int = 20) async throws {
    try await eventually("all pictures are ready", within: seconds) {
        let ready = try await product.texts("SELECT user_id::text FROM media WHERE state = 'ready'")
        return Set(ready) == Set(users.map(\.id))
    }
    try await eventually("no job is left") { try await product.openJobs().isEmpty }
    for user in users {
        #expect(try await product.client.get("/media/avatar/\(user.id)").status == 200)
        #expect(try await user.counters(in: product)?.hasPrefix("1/") == true)
    }
}

extension Product {
    /// Returns the ids of jobs that are not done. Done jobs may be retained for a while, for their unique keys.
    func openJobs() async throws -> [String] {
        try await texts("SELECT id::text FROM outbox WHERE state <> 'done'")
    }

    /// Returns whether both mails of a registration arrived once: the welcome mail and the verification link.
    func hasWelcomeMails(_ email: String) -> Bool {
        mailbox.mail(to: email).compactMap { $0.header("Subject") }.sorted()
            == ["Confirm your e-mail address", "Welcome to SocialPlay!"]
    }
}
