import TestSupport
import Testing

/// So many new people, registered at the same time.
func register(_ count: Int, at client: ProductClient) async throws -> [Person] {
    try await withThrowingTaskGroup { group in
        for _ in 0..<count { group.addTask { try await Person.register(at: client) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
}

/// Everybody uploads a picture at the same time and hears that it was accepted.
func upload(_ picture: [UInt8], by people: [Person], to client: ProductClient) async throws {
    let statuses = try await withThrowingTaskGroup { group in
        for person in people { group.addTask { try await person.upload(picture, to: client).status } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == people.map { _ in 200 })
}

/// Everybody's one picture is ready soon, shown, and counted once; no job is left.
func expectAllReady(_ people: [Person], in product: Product, within seconds: Int = 20) async throws {
    try await eventually("all pictures are ready", within: seconds) {
        let ready = try await product.texts("SELECT user_id::text FROM media WHERE state = 'ready'")
        return Set(ready) == Set(people.map(\.id))
    }
    try await eventually("no job is left") { try await product.openJobs().isEmpty }
    for person in people {
        #expect(try await product.client.get("/media/avatar/\(person.id)").status == 200)
        #expect(try await person.counters(in: product)?.hasPrefix("1/") == true)
    }
}
