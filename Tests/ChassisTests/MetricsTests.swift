import Chassis
import Testing

@Suite struct MetricsTests {
    @Test func `writes families in the order of their creation, each with its series`() {
        let metrics = Metrics()
        let good = metrics.counter("requests_total", "Requests.", ["status": "2xx", "method": "GET"])
        metrics.gauge("temperature", "Degrees.") { -1.5 }
        let bad = metrics.counter("requests_total", "Requests.", ["status": "5xx"])
        good.increment()
        good.increment(by: 41)
        bad.increment()
        #expect(
            metrics.text == """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{status="2xx",method="GET"} 42
                requests_total{status="5xx"} 1
                # HELP temperature Degrees.
                # TYPE temperature gauge
                temperature -1.5

                """)
    }

    @Test func `counts durations in every bucket that includes them`() {
        let metrics = Metrics()
        let histogram = metrics.histogram("seconds", "Durations.", ["kind": "a"])
        for nanoseconds: UInt64 in [0, 100_000, 101_000, 1_000_000_000, 99_000_000_000] {
            histogram.observe(nanoseconds: nanoseconds)
        }
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.contains(#"seconds_bucket{kind="a",le="0.0001"} 2"#))
        #expect(lines.contains(#"seconds_bucket{kind="a",le="0.00025"} 3"#))
        #expect(lines.contains(#"seconds_bucket{kind="a",le="1.0"} 4"#))
        #expect(lines.contains(#"seconds_bucket{kind="a",le="10.0"} 4"#))
        #expect(lines.contains(#"seconds_bucket{kind="a",le="+Inf"} 5"#))
        #expect(lines.contains(#"seconds_count{kind="a"} 5"#))
        #expect(lines.contains(#"seconds_sum{kind="a"} 100.000201"#))
    }

    @Test func `counts from many threads without losing updates`() async {
        let metrics = Metrics()
        let counter = metrics.counter("a", "A.")
        let histogram = metrics.histogram("b", "B.")
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        histogram.observe(nanoseconds: 1)
                    }
                }
            }
        }
        #expect(counter.value == 8_000)
        #expect(metrics.text.contains("b_count 8000\n"))
    }

    @Test func `writes the metrics of the process`() {
        let metrics = Metrics()
        metrics.addProcessMetrics()
        let values = metrics.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { Double($0.split(separator: " ")[1]) }
        #expect(values.count == 2)
        #expect(values.allSatisfy { $0 > 0 })
    }
}
