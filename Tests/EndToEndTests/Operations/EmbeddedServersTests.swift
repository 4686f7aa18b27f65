import Chassis
import Foundation
import Redis
import TestSupport
import Testing

/// What `make run` starts and writes, with its own PostgreSQL and Redis.
@Suite(.showingOutput)
struct EmbeddedServersTests {
    @Test func `a session leaves no secret in a log, and no file that another user can read`() async throws {
        try await EmbeddedProduct.run { product in
            try await product.expectPasswords()
            let secrets = try await product.session()
            try await product.provokeDatabaseError()
            product.expectOwnerOnly()
            await product.stop()

            let logs = try product.logs()
            #expect(logs.contains("using store") && logs.contains("answered"), "there is something to look through")
            #expect(logs.contains("database system is ready") && logs.contains("Ready to accept connections"))
            #expect(logs.contains("duplicate key value violates unique constraint"))
            for secret in try secrets + product.storedSecrets() + [EmbeddedProduct.personal] {
                #expect(!logs.contains(secret), "\(secret)")
            }
        }
    }

    /// They cost less than TCP. The programs of operators find both servers at ports.
    @Test func `processes reach their servers through sockets`() async throws {
        try await EmbeddedProduct.run { try await $0.expectSockets() }
    }

    @Test func `the start says where everything is and where the documents are`() async throws {
        try await EmbeddedProduct.run { product in
            let welcome = try await eventually("the welcome is shown") {
                product.output.contains("Stop        Ctrl-C") ? product.output : nil
            }
            #expect(welcome.contains("PostgreSQL  127.0.0.1:") && welcome.contains("Redis       127.0.0.1:"))
            #expect(welcome.contains("API docs    http://127.0.0.1:\(product.client.port)/api/docs"))
            for (store, address) in [
                ("PostgreSQL", "postgresql://\(product.data)/postgres:"), ("Redis", "\(product.data)/redis/redis.sock"),
                ("media store", "\(product.data)/media"), ("mail", "\(product.data)/mail/*.eml"),
            ] {
                #expect(welcome.contains(#""process":"api","store":"\#(store)","address":"\#(address)"#), "\(store)")
            }
        }
    }
}

/// `scripts/run` with the programs beside the tests, below a folder of its own.
private final class EmbeddedProduct: Sendable {
    static let personal = "someone-personal@example.org"

    let data: String
    let client: ProductClient
    private let log: String
    private let process: ChildProcess

    private init(_ process: ChildProcess, data: String, log: String, port: Int) {
        self.process = process
        self.data = data
        self.log = log
        client = ProductClient(port: port)
    }

    static func run(_ body: (EmbeddedProduct) async throws -> Void) async throws {
        let folder = "/tmp/embedded-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = Int.random(in: 10_000..<20_000)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../.."
        let environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder,
            "SOCIALPLAY_BIN_DIR": ProductExecutable.path("."), "DATA_DIR": "\(folder)/data",
            "LISTEN": "127.0.0.1:\(port)", "LOG_LEVEL": "debug", "LOG_FORMAT": "json",
        ]
        let log = "\(folder)/output"
        let process = try await ChildProcess.start(
            ["/bin/bash", "\(root)/scripts/run"], environment: environment, output: log)
        let product = EmbeddedProduct(process, data: "\(folder)/data", log: log, port: port)
        let result: Result<Void, any Error>
        do {
            try await eventually("the product is up", within: 90) {
                if let exit = process.exit { throw Overdue(description: "it ended, \(exit):\n\(product.output)") }
                return (try? await product.client.get("/v1/health").status) == 200
            }
            result = .success(try await body(product))
        } catch {
            print(product.output.split(separator: "\n").suffix(60).joined(separator: "\n"))
            result = .failure(error)
        }
        await product.stop()
        try result.get()
    }

    var output: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }

    func stop() async {
        process.signal(SIGTERM)
        await process.exited()
    }

    /// What all processes and servers have written.
    func logs() throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(data)/log")
        return output + (try names.map { try text("log/\($0)") }.joined())
    }

    /// Everything that is generated below `DATA_DIR` and kept secret.
    func storedSecrets() throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(data)/secrets")
        let keys = try names.map { try text("secrets/\($0)") }
        return keys + [try text("postgres.password"), try text("redis.password")]
    }

    // MARK: Steps

    func expectPasswords() async throws {
        let url = try text("run/redis.url")
        let settings = try RedisSettings(url: url, prefix: "")
        #expect(settings.password?.exposed == (try text("redis.password")))
        let anonymous = try RedisSettings(
            url: url.replacing(/default:[0-9a-f]+@/, with: ""), prefix: "")
        try await withEventLoop { loop in
            let log = Log(level: .error, format: .text, to: .standardError)
            let redis = Redis(on: loop, settings: settings, log: log)
            redis.start()
            await redis.connected()
            #expect(try await redis.command(["PING"]) == .status("PONG"))
            await redis.close()
            let stranger = Redis(on: loop, settings: anonymous, log: log)
            stranger.start()
            try await loop.sleep(for: .milliseconds(300))
            #expect(!stranger.isConnected)
            await stranger.close()
        }
        let output = "\(data).ping"
        let ping = try await ChildProcess.start(
            ["/bin/bash", "-c", "redis-cli -u \"$(cat '\(data)/run/redis.url')\" --no-auth-warning ping"],
            environment: ["PATH": "/usr/bin:/bin"], output: output)
        await ping.exited()
        #expect(String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self) == "PONG\n")
        // The password is on no command line.
        let password = try text("redis.password")
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(process) != nil {
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            #expect(!String(decoding: line, as: UTF8.self).contains(password))
        }
    }

    /// A session with passwords, tokens and links.
    /// - Returns: What must be in no log.
    func session() async throws -> [String] {
        let (first, second) = ("Geheim-1-\(TestUser.newName())", "Geheim-2-\(TestUser.newName())")
        let user = try await TestUser.register(at: client, password: first)
        let player = try await TestUser.registerOnSocialPlay(at: client, password: second)
        let again = try await user.logIn(at: client)
        _ = try await client.post("/auth/login", json: TestUser.login(email: user.email, "wrong-\(second)"))
        _ = try await client.post(
            "/auth/refresh", json: #"{"refreshToken":"\#(again.refreshToken)"}"#)
        _ = try await client.post(
            "/auth/refresh", json: #"{"refreshToken":"\#(again.refreshToken)"}"#)
        let endpoint = "https://push.example/send/\(TestUser.newName())"
        _ = try await user.social(
            "POST", "/notifications/push/subscriptions",
            json: #"{"endpoint":"\#(endpoint)","keys":{"p256dh":"x","auth":"\#(second)"}}"#, at: client)
        let internalToken = try text("secrets/INTERNAL_API_TOKEN")
        let path = "/integration/achievement/\(user.id)/friends"
        #expect(try await client.get(path, headers: ["x-internal-token": internalToken]).status == 200)
        _ = try await client.get(path, headers: ["x-internal-token": "wrong-\(second)"])
        _ = try await client.get("/v1/friends?token=\(user.accessToken)&password=\(first)")
        #expect(try await user.upload(Picture.jpeg, to: client).status == 200)

        _ = try await client.post("/api/v1/auth/forgot-password", json: #"{"email":"\#(user.email)"}"#)
        let mailbox = Mailbox(folder: "\(data)/mail")
        let reset = try await eventually("the mail comes") {
            mailbox.mail(to: user.email).map(DecodedMail.init).compactMap { $0.token(of: "reset-password") }.first
        }
        let verify = try await eventually("the mail comes") {
            mailbox.mail(to: player.email).map(DecodedMail.init).compactMap { $0.token(of: "verify-email") }.first
        }
        _ = try await client.post("/api/v1/auth/verify-email", json: #"{"token":"\#(verify)"}"#)
        _ = try await client.get("/api/v1/auth/verify-email?token=\(verify)")
        _ = try await client.post(
            "/api/v1/auth/reset-password", json: #"{"token":"\#(reset)","password":"\#(second)"}"#)
        return [first, second, reset, verify, endpoint]
            + [user, player, again].flatMap { [$0.accessToken, $0.refreshToken] }
    }

    func expectSockets() async throws {
        let transaction = try await OpenTransaction.begin(in: Secret(try text("run/database.url")))
        try await transaction.run(
            """
            DO $$ BEGIN
                ASSERT (
                    SELECT count(*) FILTER (WHERE client_addr IS NULL) > 5
                           AND count(*) FILTER (WHERE client_addr IS NOT NULL) = 1
                    FROM pg_stat_activity WHERE datname = 'socialplay' AND backend_type = 'client backend'
                ), 'a process uses TCP';
            END $$
            """)
        try await transaction.commit()
    }

    /// Violates a constraint with personal data, in a literal and in the detail of the error.
    func provokeDatabaseError() async throws {
        let transaction = try await OpenTransaction.begin(in: Secret(try text("run/database.url")))
        try await transaction.run("CREATE TEMPORARY TABLE people (address text UNIQUE)")
        try await transaction.run("INSERT INTO people VALUES ('\(Self.personal)')")
        await #expect(throws: (any Error).self) {
            try await transaction.run("INSERT INTO people VALUES ('\(Self.personal)')")
        }
        try await transaction.commit()
    }

    func expectOwnerOnly() {
        let paths = FileManager.default.enumerator(atPath: data)?.compactMap { $0 as? String } ?? []
        #expect(paths.contains("run/redis.url") && paths.contains("log/postgres.log"))
        for path in paths {
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: "\(data)/\(path)"),
                let mode = attributes[.posixPermissions] as? Int,
                // What connects to a socket must pass its folder.
                let type = attributes[.type] as? FileAttributeType, ![.typeSocket, .typeSymbolicLink].contains(type)
            else { continue }
            #expect(mode & 0o077 == 0, "\(path) \(String(mode, radix: 8))")
        }
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(data)/\(name)", encoding: .utf8).trimmingCharacters(in: .newlines)
    }
}
