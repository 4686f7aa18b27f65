import Chassis
import Foundation
import TestSupport
import Testing

/// Settings are looked at before anything begins.
final class SettingsTests {
    private let directory = "/tmp/settings-\(UUID().uuidString.prefix(13))"
    private let good: [String: String]

    init() {
        good = [
            "DATABASE_URL": "postgresql://localhost/none", "REDIS_URL": "redis://localhost", "DATA_DIR": directory,
        ]
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    @Test(arguments: ProductProcess.Kind.allCases)
    func `every process names all mistakes at once`(kind: ProductProcess.Kind) async throws {
        let wrong = [
            "DATABASE_URL": "mysql://localhost", "REDIS_URL": "http://localhost", "LOG_LEVEL": "loud",
            "EVENT_LOOPS": "many", "APP_ENV": "moon",
        ]
        let run = try await ProductProcess.run(kind, environment: good.merging(wrong) { $1 })
        // EX_CONFIG
        #expect(run.exit == .code(78))
        for name in wrong.keys { #expect(run.output.contains("- \(name) "), "\(run.output)") }
    }

    @Test(arguments: ProductProcess.Kind.allCases)
    func `a missing required setting is named`(kind: ProductProcess.Kind) async throws {
        let run = try await ProductProcess.run(kind, environment: ["DATA_DIR": directory])
        #expect(run.exit == .code(78))
        for name in ["DATABASE_URL", "REDIS_URL"] {
            #expect(run.output.contains("- \(name) must be set"), "\(run.output)")
        }
    }

    @Test func `the API names its own mistakes together`() async throws {
        var wrong = good
        wrong["LISTEN"] = "nowhere"
        wrong["PUBLIC_BASE_URL"] = "ftp://localhost"
        wrong["RATE_LIMITS"] = "maybe"
        wrong["ACCESS_TOKEN_SECRET"] = "too-short-a-secret"
        wrong["MAX_IMAGE_BYTES"] = "-1"
        wrong["STORAGE_URL"] = "ftp://localhost"
        wrong["CONNECTIONS_PER_ADDRESS"] = "-1"
        let run = try await ProductProcess.run(.api, environment: wrong)
        #expect(run.exit == .code(78))
        for name in wrong.keys where good[name] == nil {
            #expect(run.output.contains("- \(name) "), "\(run.output)")
        }
        #expect(!run.output.contains("too-short-a-secret"))
    }

    @Test func `the events worker names its own mistakes together, without the password`() async throws {
        var wrong = good
        wrong["AMQP_URL"] = "http://user:verysecret@localhost"
        wrong["KAFKA_BROKERS"] = "localhost:0"
        wrong["EVENT_STREAM_LENGTH"] = "10"
        wrong["WORKERS_EVENTS"] = "0"
        let run = try await ProductProcess.run(.events, environment: wrong)
        #expect(run.exit == .code(78))
        for name in wrong.keys where good[name] == nil {
            #expect(run.output.contains("- \(name) "), "\(run.output)")
        }
        #expect(!run.output.contains("verysecret"))
        let broken = try await ProductProcess.run(
            .events, environment: good.merging(["AMQP_URL": "amqp://user:verysecret@localhost\n/x"]) { $1 })
        #expect(broken.exit == .code(78) && broken.output.contains("- AMQP_URL "))
        #expect(!broken.output.contains("verysecret"))
    }

    @Test func `the mail worker names its own mistakes together`() async throws {
        var wrong = good
        wrong["SMTP_URL"] = "https://user:geheim-geheim@localhost"
        wrong["MAIL_FROM"] = "nobody"
        wrong["WORKERS_EMAIL"] = "0"
        let run = try await ProductProcess.run(.email, environment: wrong)
        #expect(run.exit == .code(78))
        for name in wrong.keys where good[name] == nil {
            #expect(run.output.contains("- \(name) "), "\(run.output)")
        }
        #expect(!run.output.contains("geheim-geheim"))
    }

    @Test func `the API in production does not start on defaults for development, and names all at once`()
        async throws
    {
        let run = try await ProductProcess.run(
            .api,
            environment: ["APP_ENV": "production", "DATA_DIR": directory, "CLIENT_URL": "https://a.example\nX: y"])
        #expect(run.exit == .code(78))
        for name in ["SMTP_URL", "STORAGE_URL", "PUBLIC_BASE_URL", "ACCESS_TOKEN_SECRET", "VAPID_PRIVATE_KEY"] {
            #expect(run.output.contains("- \(name) must be set in production"), "\(run.output)")
        }
        for name in ["DATABASE_URL", "REDIS_URL"] { #expect(run.output.contains("- \(name) must be set")) }
        #expect(run.output.contains("- CLIENT_URL is not acceptable: it contains a line break"))
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test(arguments: [
        (ProductProcess.Kind.email, ["SMTP_URL", "CLIENT_URL"]), (.images, ["STORAGE_URL"]), (.audio, ["STORAGE_URL"]),
        (.maintenance, ["STORAGE_URL"]), (.counters, []),
    ])
    func `a worker in production needs the settings that it uses`(
        kind: ProductProcess.Kind, needed: [String]
    ) async throws {
        // A mistake of its own, so that no worker starts.
        let wrong = ["APP_ENV": "production", "LOG_LEVEL": "loud"]
        let run = try await ProductProcess.run(kind, environment: good.merging(wrong) { $1 })
        #expect(run.exit == .code(78))
        for name in ["SMTP_URL", "CLIENT_URL", "STORAGE_URL", "PUBLIC_BASE_URL"] {
            #expect(run.output.contains("- \(name) must be set") == needed.contains(name), "\(run.output)")
        }
    }

    @Test(arguments: ["SMTP_URL", "STORAGE_URL", "PUBLIC_BASE_URL", "CLIENT_URL", "REDIS_PREFIX", "SWAGGER_UI"])
    func `a line break in a setting is a mistake`(name: String) async throws {
        let run = try await ProductProcess.run(.api, environment: good.merging([name: "a\r\nb"]) { $1 })
        #expect(run.exit == .code(78))
        #expect(run.output.contains("- \(name) is not acceptable: it contains a line break"), "\(run.output)")
    }

    @Test func `a start logs where each store is, and no secret`() async throws {
        let secret = "geheim-geheim"
        var environment = good
        environment["DATABASE_URL"] = "postgresql://user:\(secret)@127.0.0.1:1/none?sslmode=disable"
        environment["REDIS_URL"] = "redis://:\(secret)@127.0.0.1:1"
        environment["SMTP_URL"] = "smtp://user:\(secret)@mail.example:2525"
        environment["LISTEN"] = "127.0.0.1:1"
        // Nothing listens there: it logs where the stores are, and ends.
        let run = try await ProductProcess.run(.api, environment: environment)
        #expect(run.exit == .code(1))
        for (store, address) in [
            ("PostgreSQL", "postgresql://127.0.0.1:1/none"), ("Redis", "127.0.0.1:1"),
            ("media store", "\(directory)/media"), ("mail", "smtp://mail.example:2525"),
        ] {
            let line = #""message":"using store","process":"api","store":"\#(store)","address":"\#(address)""#
            #expect(run.output.contains(line), "\(run.output)")
        }
        #expect(!run.output.contains(secret))
    }

    // S2-5
    @Test(arguments: [
        (
            ["STORAGE_URL": "s3://pictures?region=eu-test-1"],
            "s3://pictures at https://pictures.s3.eu-test-1.amazonaws.com"
        ),
        (["STORAGE_URL": "s3://pictures?endpoint=http://127.0.0.1:1"], "s3://pictures at http://127.0.0.1:1"),
        (
            ["S3_BUCKET": "pictures", "AWS_REGION": "eu-test-1"],
            "s3://pictures at https://pictures.s3.eu-test-1.amazonaws.com"
        ),
        (
            ["STORAGE_BUCKET": "pictures", "STORAGE_ENDPOINT": "s3.example:9000"],
            "s3://pictures at https://s3.example:9000"
        ),
        (["AWS_REGION": "eu-test-1"], "media"),
    ])
    func `a bucket is named by STORAGE_URL or by the older variables`(
        variables: [String: String], address: String
    ) async throws {
        let secret = "geheim-geheim"
        let keys = ["AWS_ACCESS_KEY_ID": "ID", "AWS_SECRET_ACCESS_KEY": secret, "LISTEN": "127.0.0.1:1"]
        // PostgreSQL does not answer: it logs where the stores are, and ends.
        var environment = good.merging(keys.merging(variables) { $1 }) { $1 }
        environment["DATABASE_URL"] = "postgresql://127.0.0.1:1/none"
        environment["REDIS_URL"] = "redis://127.0.0.1:1"
        for kind in [ProductProcess.Kind.api, .images] {
            let run = try await ProductProcess.run(kind, environment: environment)
            #expect(run.exit == .code(1))
            let line = try #require(run.output.split(separator: "\n").first { $0.contains(#""store":"media store""#) })
            #expect(line.contains(#"\#(address)""#), "\(line)")
            #expect(!run.output.contains(secret))
        }
    }

    @Test(arguments: [
        (["STORAGE_URL": "s3://pictures"], ["AWS_ACCESS_KEY_ID must be set", "AWS_SECRET_ACCESS_KEY must be set"]),
        (["S3_BUCKET": "pictures"], ["AWS_ACCESS_KEY_ID must be set", "AWS_SECRET_ACCESS_KEY must be set"]),
        (["STORAGE_URL": "s3://id:geheim@pictures"], ["STORAGE_URL is not acceptable"]),
        (["STORAGE_URL": "s3://pictures?endpoint=nowhere"], ["STORAGE_URL is not acceptable"]),
        (
            ["S3_BUCKET": "Bad_Name", "STORAGE_ENDPOINT": "ftp://x", "AWS_REGION": "EU West"],
            ["S3_BUCKET is not acceptable", "STORAGE_ENDPOINT is not acceptable", "AWS_REGION is not acceptable"]
        ),
        (
            ["S3_BUCKET": "one-bucket", "STORAGE_BUCKET": "another"],
            ["S3_BUCKET and STORAGE_BUCKET must name one bucket"]
        ),
        (["STORAGE_DOWNLOADS": "redirect"], ["STORAGE_DOWNLOADS must be proxy"]),
        (["STORAGE_DOWNLOADS": "mirror"], ["STORAGE_DOWNLOADS is not acceptable"]),
    ])
    func `a mistake in the settings of a bucket is a line`(
        variables: [String: String], lines: [String]
    ) async throws {
        for kind in [ProductProcess.Kind.api, .maintenance] {
            let run = try await ProductProcess.run(kind, environment: good.merging(variables) { $1 })
            #expect(run.exit == .code(78))
            for line in lines { #expect(run.output.contains("- \(line)"), "\(run.output)") }
            #expect(!run.output.contains("geheim"))
        }
    }

    @Test func `the settings can be checked without a start`() async throws {
        var options = ProductOptions()
        options.kinds = []
        try await Product.run(options) { product in
            let (exit, output) = try await product.run("API", ["check-settings"])
            #expect(exit == .code(0), "\(output)")
        }
    }

    @Test func `a process in production does not start without secrets`() async throws {
        let run = try await ProductProcess.run(.api, environment: good.merging(["APP_ENV": "production"]) { $1 })
        #expect(run.exit == .code(78))
        for name in ["ACCESS_TOKEN_SECRET", "REFRESH_TOKEN_SECRET", "INTERNAL_API_TOKEN", "VAPID_PRIVATE_KEY"] {
            #expect(run.output.contains("- \(name) must be set in production"), "\(run.output)")
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test func `secrets are generated once, for the owner alone`() async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            let folder = "\(product.directory)/data/secrets"
            let names = ["ACCESS_TOKEN_SECRET", "REFRESH_TOKEN_SECRET"]
            #expect(Set(names).isSubset(of: try FileManager.default.contentsOfDirectory(atPath: folder)))
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                let secret = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                #expect(!product.output.contains(secret))
            }
            await product.process(.api).kill()
            try await product.process(.api).start()
            #expect(try await user.isAuthenticated(at: product.client))
        }
    }

    @Test func `a process does not start on a database with another schema`() async throws {
        var environment = good
        environment["DATABASE_URL"] = try TestServers.databaseURL.exposed
        environment["REDIS_URL"] = try TestServers.redisURL
        let run = try await ProductProcess.run(.scheduler, environment: environment)
        #expect(run.exit == .code(1))
        #expect(run.output.contains("cannot start"), "\(run.output)")
    }
}
