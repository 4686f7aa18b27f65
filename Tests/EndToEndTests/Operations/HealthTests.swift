import Foundation
import TestSupport
import Testing

extension SharedProduct {
    struct HealthTests {
        let product = Product.current

        // S0-119
        @Test(arguments: ["/v1/health", "/social/v1/health"])
        func `the health of the social service has four fields`(path: String) async throws {
            let answer = try await product.client.get(path)
            #expect(answer.status == 200)
            #expect(answer.json.names == ["status", "timestamp", "uptime", "version"])
            #expect(answer.json["status"].text == "ok")
            #expect(answer.json["version"].text == "1.0.0")
            #expect(try #require(answer.json["uptime"].number) >= 0)
            // S0-8
            #expect(answer.json["timestamp"].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
        }

        @Test func `a process reports that it is alive and that it is ready`() async throws {
            #expect(try await product.client.get("/healthz").status == 200)
            let ready = try await product.client.get("/readyz")
            #expect(ready.status == 200)
            let up = ProductJSON.text("up")
            #expect(
                ready.json == .object(["status": .text("ready"), "database": up, "redis": up, "storage": up]))
        }

        @Test func `the metrics are in the text format of Prometheus`() async throws {
            let answer = try await product.client.get("/metrics")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.text.hasSuffix("\n"))
            let help = /# HELP [a-z_]+ [^\n]+/
            let type = /# TYPE [a-z_]+ (counter|gauge|histogram)/
            let sample = /[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? [-+]?([0-9.]+(e[-+]?[0-9]+)?|Inf|NaN)/
            let lines = answer.text.split(separator: "\n")
            #expect(lines.count > 10)
            for line in lines {
                let isKnown =
                    line.wholeMatch(of: help) != nil || line.wholeMatch(of: type) != nil
                    || line.wholeMatch(of: sample) != nil
                #expect(isKnown, "\(line)")
            }
            let series = lines.filter { !$0.hasPrefix("#") }.map { $0.prefix { $0 != " " } }
            #expect(Set(series).count == series.count, "no series comes twice")
        }
    }
}
