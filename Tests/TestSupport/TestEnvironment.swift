package import Chassis
package import Postgres
package import Redis

/// The connections of one test: an event loop, the test's database, and a Redis client with a prefix of its own.
/// ``open(redisAt:database:_:)`` closes them and removes the keys. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class TestEnvironment: @unchecked Sendable {
    package let loop: EventLoop
    package let database: Database
    package let redis: Redis
    package let databaseURL: Secret<String>
    package let redisURL: String
    package let redisSettings: RedisSettings
    /// Errors go to standard error.
    package let log = Log(level: .error, format: .text, to: .standardError)
    private var further: [Database] = []

    private init(
        on loop: EventLoop, _ database: Secret<String>, _ redis: RedisSettings, _ redisURL: String,
        _ parameters: [String: String]
    ) {
        self.loop = loop
        databaseURL = database
        self.redisURL = redisURL
        redisSettings = redis
        var settings = DatabaseSettings(url: database, applicationName: "test")
        settings.parameters = parameters
        self.database = Database(
            on: loop, settings: settings, log: log,
            metrics: DatabaseMetrics(in: Metrics()))
        self.redis = Redis(on: loop, settings: redis, log: log)
    }

    /// Returns clients of the test's database with a connection of their own each: statements of different clients run
    /// at the same time. ``open(redisAt:database:_:)`` closes them.
    package func databases(_ count: Int) -> [Database] {
        let clients = (0..<count).map { _ in
            Database(
                on: loop,
                settings: DatabaseSettings(
                    url: databaseURL, statementTimeout: .seconds(30), applicationName: "test"),
                log: log, metrics: DatabaseMetrics(in: Metrics()))
        }
        for client in clients { client.start() }
        further += clients
        return clients
    }

    /// Runs a body on the loop of a new environment, connected; the test must have the `.database` trait or pass a
    /// database.
    /// - Parameters:
    ///   - port: The port of a Redis of the test's own, maybe behind a proxy. Its keys are not removed.
    ///   - given: A database on a server of the test's own.
    ///   - parameters: Of the sessions of ``database``.
    package static func open<Value: Sendable>(
        redisAt port: Int? = nil, database given: Secret<String>? = nil, parameters: [String: String] = [:],
        _ body: @escaping @Sendable (TestEnvironment) async throws -> Value
    ) async throws -> Value {
        let redisURL = try port.map { "redis://127.0.0.1:\($0)" } ?? TestServers.redisURL
        let settings = try RedisSettings(url: redisURL, prefix: RedisPrefix.settings().prefix)
        let url = given ?? TestDatabase.current.url
        return try await withEventLoop { loop in
            let environment = TestEnvironment(on: loop, url, settings, redisURL, parameters)
            environment.redis.start()
            environment.database.start()
            let result: Result<Value, any Error>
            do {
                await environment.redis.connected()
                result = .success(try await body(environment))
            } catch {
                result = .failure(error)
            }
            if port == nil { try? await RedisPrefix.removeKeys(of: environment.redis) }
            await environment.redis.close()
            for client in environment.further { await client.close() }
            await environment.database.close()
            return try result.get()
        }
    }
}

/// Runs a body on an event loop of its own, which stops when the body is over.
package func withEventLoop<Value: Sendable>(
    _ body: @escaping @Sendable (EventLoop) async throws -> Value
) async throws -> Value {
    let loop = EventLoop(name: "test")
    loop.start()
    defer { loop.stop() }
    return try await Task(executorPreference: loop) { try await body(loop) }.value
}
