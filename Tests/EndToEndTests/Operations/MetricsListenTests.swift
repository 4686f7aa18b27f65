import Chassis
import Crypto
import Foundation
import TestSupport
import Testing

/// Workers and schedulers export their metrics, each on a port of its own.
@Suite(.showingOutput)
struct MetricsListenTests {
    @Test func `each process serves its metrics on the next free port`() async throws {
        let first = Int.random(in: 10_000..<32_000)
        var options = ProductOptions()
        options.kinds = [.email]
        options.environment = ["METRICS_LISTEN": "127.0.0.1:\(first)"]
        try await Product.run(options) { product in
            let worker = try #require(try port(of: product.process(.email)))
            let scheduler = try #require(try port(of: await product.add(.scheduler)))
            let second = try #require(try port(of: await product.add(.email)))
            #expect(worker >= first && worker < first + 64)
            #expect(scheduler > worker && second > scheduler)
            for port in [worker, second] {
                let text = try await metrics(port)
                #expect(text.contains("# TYPE worker_job"), "\(text)")
                #expect(text.contains("postgres_query_seconds"))
            }
            let text = try await metrics(scheduler)
            #expect(text.contains("postgres_query_seconds"))
            #expect(!text.contains("# TYPE worker_job"))
            for path in ["/", "/metrics/more", "/healthz"] {
                #expect(try await ProductClient(port: worker).get(path).status == 404)
            }
            #expect(try await ProductClient(port: worker).post("/metrics", json: "{}").status == 404)
        }
    }

    @Test func `in production the API serves no metrics on its public listener, and drains for five seconds`()
        async throws
    {
        let folder = "/tmp/production-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(KeyPair().pem).write(to: URL(fileURLWithPath: "\(folder)/key.pem"))
        let first = Int.random(in: 10_000..<32_000)
        var options = ProductOptions()
        options.kinds = [.api]
        options.environment = [
            "APP_ENV": "production", "SMTP_URL": "smtp://127.0.0.1:1", "STORAGE_URL": "file://\(folder)/media",
            "PUBLIC_BASE_URL": "https://social.example", "CLIENT_URL": "https://social.example",
            "ACCESS_TOKEN_SECRET": "an access secret that is long enough",
            "REFRESH_TOKEN_SECRET": "a refresh secret that is long enough",
            "INTERNAL_API_TOKEN": "the internal token", "VAPID_PRIVATE_KEY": "\(folder)/key.pem",
            "METRICS_LISTEN": "127.0.0.1:\(first)",
        ]
        try await Product.run(options) { product in
            #expect(try await product.client.get("/metrics").status == 404)
            #expect(try await product.client.get("/readyz").status == 200)
            let port = try #require(try port(of: product.process(.api)))
            #expect(try await metrics(port).contains("http_requests_total"))
            let clock = ContinuousClock()
            let began = clock.now
            #expect(await product.process(.api).terminate() == .code(0))
            #expect(clock.now - began >= .seconds(5))
        }
    }

    private func metrics(_ port: Int) async throws -> String {
        let answer = try await ProductClient(port: port).get("/metrics")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(answer.text.contains("process_resident_memory_bytes "))
        return answer.text
    }

    /// The port that a process logged.
    private func port(of process: ProductProcess) throws -> Int? {
        let line = process.output.split(separator: "\n").first { $0.contains("metrics listening") }
        return line?.firstMatch(of: /"address":"127\.0\.0\.1:([0-9]+)"/).flatMap { Int($0.1) }
    }
}
