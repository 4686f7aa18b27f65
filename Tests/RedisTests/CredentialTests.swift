import Chassis
import Foundation
import Redis
import TestSupport
import Testing

struct CredentialTests {
    @Test func `user and password open the door`() async throws {
        let server = try await RedisServer(
            arguments: ["--user", "app", "on", ">p@ss", "~*", "&*", "+@all", "--requirepass", "other"])
        try await withEventLoop { loop in
            for credentials in ["app:p%40ss", ":other"] {
                let url = "redis://\(credentials)@127.0.0.1:\(server.port)"
                let redis = Redis(on: loop, settings: try settings(url), log: quiet)
                redis.start()
                await redis.connected()
                #expect(
                    try await redis.command(["ACL", "WHOAMI"]).text == (credentials == ":other" ? "default" : "app"))
                await redis.close()
            }
        }
    }

    @Test(arguments: ["redis://:hunter2@", "redis://nobody:hunter2@", "redis://"])
    func `a wrong password is said clearly in the log, without the password`(_ start: String) async throws {
        let server = try await RedisServer(arguments: ["--requirepass", "right"])
        let pipe = Pipe()
        let log = Log(
            level: .info, format: .text, to: LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor))
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings("\(start)127.0.0.1:\(server.port)"), log: log)
            redis.start()
            let line = await firstLine(of: pipe)
            #expect(line.contains("error   redis refuses the user or the password"))
            #expect(line.contains("address=127.0.0.1:\(server.port)"))
            #expect(!line.contains("hunter2"))
            #expect(
                await redis.outcome(["PING"])
                    == .failure(.unavailable))
            await redis.close()
        }
    }

    private func firstLine(of pipe: Pipe) async -> String {
        await withUnsafeContinuation { continuation in
            startThread(named: "log-reader") {
                continuation.resume(returning: String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self))
            }
        }
    }
}
