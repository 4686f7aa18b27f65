import Chassis
import TestSupport
import Testing

/// What all workers did is among the numbers of the API.
@Suite(.showingOutput)
struct QueueMetricsTests {
    @Test func `the metrics show every queue and what its workers did`() async throws {
        var options = ProductOptions()
        options.kinds = [.api, .email]
        try await Product.run(options) { product in
            _ = try await TestUser.register(at: product.client)
            try await eventually("the mail is counted") {
                try await numbers(of: product).contains(#"jobs_succeeded_total{queue="email",kind="send-welcome"} 1"#)
            }
            let lines = try await numbers(of: product)
            for queue in ["images", "email", "counters", "presence"] {
                #expect(lines.contains(#"jobs_queued{queue="\#(queue)",priority="high"} 0"#))
                #expect(lines.contains(#"jobs_dead_lettered{queue="\#(queue)"} 0"#))
                #expect(lines.contains(#"queue_paused{queue="\#(queue)"} 0"#))
            }
            #expect(lines.contains(#"queue_workers{queue="email"} 1"#))
            #expect(lines.contains(#"queue_workers{queue="images"} 0"#))
            _ = try await product.run("Workers", ["pause", "email"])
            #expect(try await numbers(of: product).contains(#"queue_paused{queue="email"} 1"#))
        }
    }

    @Test func `the other metrics are answered in time while Redis hangs or is stopped`() async throws {
        let redis = try await RedisServer()
        var options = ProductOptions()
        options.redisURL = redis.url
        options.kinds = [.api]
        try await Product.run(options) { product in
            try await eventually("Redis is asked") { try await hasQueues(product) }
            redis.suspend()
            let asked = monotonicNanoseconds()
            #expect(try await !hasQueues(product))
            #expect(monotonicNanoseconds() - asked < 1_900_000_000)
            redis.resume()
            try await eventually("Redis is asked again") { try await hasQueues(product) }
            await redis.kill()
            #expect(try await !hasQueues(product))
        }
    }

    private func hasQueues(_ product: Product) async throws -> Bool {
        let lines = try await numbers(of: product)
        #expect(lines.contains { $0.hasPrefix("process_resident_memory_bytes ") })
        return lines.contains { $0.hasPrefix("jobs_queued") }
    }

    private func numbers(of product: Product) async throws -> Set<String> {
        let answer = try await product.client.get("/metrics")
        #expect(answer.status == 200)
        return Set(answer.text.split(separator: "\n").map(String.init))
    }
}
