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
