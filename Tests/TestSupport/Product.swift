package import Chassis
import Foundation
import Postgres
import Redis
import Storage
import Synchronization

/// The whole product as it runs in production: its real processes with a database, keys in Redis and a folder of their
/// own. Nothing of it is left when ``run(_:_:)`` returns.
package final class Product: Sendable {
    /// The product of the running suite; see the trait `.product`.
    package static var current: Product {
        guard let product = scoped else { preconditionFailure("the suite needs the trait .product") }
        return product
    }
    @TaskLocal static var scoped: Product?

    package let databaseURL: Secret<String>
    /// Where it keeps its files.
    package let directory: String
    let redis: RedisSettings
    let environment: [String: String]
    private let running = Mutex<[ProductProcess]>([])
    private let hasIssue = Atomic(false)
    private static let gate = ProductGate(places: 6)
    static let pool = BlockingPool(name: "product", threads: 4, queueLimit: 10_000)

    private init(_ options: ProductOptions, database: Secret<String>) throws {
        databaseURL = database
        directory = "/tmp/product-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: "\(directory)/data", withIntermediateDirectories: true)
        let url = try options.redisURL ?? TestServers.redisURL
        redis = try RedisSettings(url: url, prefix: "test:\(UUID().uuidString.prefix(13)):")
        environment = [
            "PATH": "/usr/bin:/bin", "DATABASE_URL": database.exposed, "REDIS_URL": url, "REDIS_PREFIX": redis.prefix,
            "DATA_DIR": "\(directory)/data", "RATE_LIMITS": options.isRateLimited ? "on" : "off",
            "LOG_LEVEL": "debug", "LOG_FORMAT": "json", "PASSWORD_WAIT_SECONDS": "60",
        ].merging(options.environment) { $1 }
    }

    /// Starts a product, runs a body with it, and removes it whatever happens.
    package static func run<Value: Sendable>(
        _ options: ProductOptions = ProductOptions(), _ body: (Product) async throws -> Value
    ) async throws -> Value {
        await gate.enter()
        defer { gate.leave() }
        guard let own = options.databaseURL else {
            return try await withDatabase { try await run(options, on: $0, body) }
        }
        try await pool.run { _ = try Migrator().migrate(own) }
        return try await run(options, on: own, body)
    }

    private static func run<Value: Sendable>(
        _ options: ProductOptions, on database: Secret<String>, _ body: (Product) async throws -> Value
    ) async throws -> Value {
        let product = try Product(options, database: database)
        let result: Result<Value, any Error>
        do {
            try await product.start(options.kinds)
            result = .success(try await $scoped.withValue(product) { try await body(product) })
        } catch {
            product.noteIssue()
            result = .failure(error)
        }
        product.showOutputAfterIssue()
        try await product.remove()
        return try result.get()
    }

    // MARK: Processes

    /// The first process of a kind.
    package func process(_ kind: ProductProcess.Kind) -> ProductProcess {
        guard let process = running.withLock({ $0.first { $0.kind == kind } }) else {
            preconditionFailure("the product was started without \(kind)")
        }
        return process
    }

    /// Starts one more process of a kind, and returns when it does its work.
    @discardableResult
    package func add(_ kind: ProductProcess.Kind) async throws -> ProductProcess {
        let process = try running.withLock { running in
            let log = "\(directory)/\(kind)-\(running.count).log"
            let process = try ProductProcess(kind, environment: environment, log: log)
            running.append(process)
            return process
        }
        try await process.start()
        return process
    }

    /// Everything that its processes have written, at the level debug.
    package var output: String { running.withLock { $0 }.map(\.output).joined() }

    /// Something is wrong, so what the processes wrote is of interest; see ``showOutputAfterIssue()``.
    func noteIssue() { hasIssue.store(true, ordering: .relaxed) }

    private func showOutputAfterIssue() {
        guard hasIssue.load(ordering: .relaxed) else { return }
        let lines = output.split(separator: "\n").filter { !$0.contains(#""level":"debug""#) }
        print("The last lines of the processes of a product that failed a test:")
        for line in lines.suffix(200) { print(line) }
    }

    private func start(_ kinds: [ProductProcess.Kind]) async throws {
        try await withThrowingTaskGroup { group in
            for kind in kinds { group.addTask { _ = try await self.add(kind) } }
            try await group.waitForAll()
        }
    }

    // MARK: The end

    private func remove() async throws {
        for process in running.withLock({ $0 }) { await process.kill() }
        // A Redis of the test's own goes with everything in it.
        if redis.endpoint == (try RedisPrefix.settings()).endpoint { try await removeKeys() }
        try FileManager.default.removeItem(atPath: directory)
    }

    private func removeKeys() async throws {
        let keys = try await redis("KEYS", "*").array ?? []
        for key in keys.compactMap(\.text) { _ = try await redis("UNLINK", String(key.dropFirst(redis.prefix.count))) }
    }
}
