import Chassis
import Testing

@Suite struct LogTests {
    /// Returns the output of one log.
    private func written(_ level: LogLevel, _ format: LogFormat, _ body: (Log) -> Void) -> String {
        let pipe = Pipe()
        let log = Log(level: level, format: format, to: LogSink(descriptor: pipe.writing))
        body(log)
        log.error("end")
        log.flush()
        return pipe.read()
    }

    @Test func `writes one JSON object a line with the fields in order`() {
        let text = written(.info, .json) { log in
            log.with("process", "api").info("listening", ["address": "127.0.0.1", "port": 80, "load": .decimal(0.5)])
        }
        let line = text.split(separator: "\n")[0]
        #expect(line.hasPrefix(#"{"time":"20"#))
        #expect(
            line.hasSuffix(
                #"Z","level":"info","message":"listening","process":"api","address":"127.0.0.1","port":80,"load":0.5}"#)
        )
    }

    @Test func `writes one line of text`() {
        let text = written(.info, .text) { $0.warning("slow", ["path": "/v1", "count": 3, "who": "a b", "none": ""]) }
        #expect(text.split(separator: "\n")[0].dropFirst(12) == #" warning slow path=/v1 count=3 who="a b" none="""#)
    }

    @Test func `omits lines below its level`() {
        let text = written(.warning, .text) { log in
            log.debug("one")
            log.info("two")
            log.warning("three")
        }
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test(arguments: [LogFormat.text, .json])
    func `escapes values that could forge a line or control a terminal`(format: LogFormat) {
        let text = written(.info, format) { log in
            log.info("said", ["text": "a\n12:00:00.000 error forged\r\u{1B}[2J\u{0}\"\\"])
        }
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" })
        #expect(text.contains(#"a\n12:00:00.000 error forged\r\u001b[2J\u0000\"\\"#))
    }

    @Test func `writes controls beyond ASCII as escapes in text`() {
        let text = written(.info, .text) { $0.info("said", ["text": "a\u{7F}\u{9B}2J\u{85}\u{2028}é"]) }
        #expect(text.contains(#"text="a\u007f\u009b2J\u0085\u2028é""#))
    }

    @Test(arguments: [LogFormat.text, .json])
    func `redacts values under the names of secrets`(format: LogFormat) {
        let text = written(.info, format) { log in
            log.with("Authorization", "Bearer hunter2").with("passwordHash", "hunter2").info(
                "login", ["password": "hunter2", "refreshToken": "hunter2", "COOKIE": "hunter2", "secret": 4_711])
        }
        #expect(!text.contains("hunter2"))
        #expect(!text.contains("4711"))
        #expect(text.split(separator: "[redacted]", omittingEmptySubsequences: false).count == 7)
    }

    @Test func `drops lines instead of waiting for a reader that has stopped reading`() {
        let pipe = Pipe()
        let log = Log(level: .info, format: .text, to: LogSink(descriptor: pipe.writing))
        let long = String(repeating: "a", count: 10_000)
        for _ in 0..<1_000 { log.info("much", ["text": .text(long)]) }
        startThread(named: "flush") {
            log.flush()
            pipe.write(Array("flushed".utf8))
        }
        var tail = ""
        var count = 0
        while !tail.hasSuffix("flushed") {
            let text = pipe.read()
            count += text.utf8.count
            tail = String((tail + text).suffix(200))
        }
        #expect(count < 5_000_000)
        #expect(tail.contains("log lines dropped"))
    }
}
