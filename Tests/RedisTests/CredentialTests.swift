import Chassis
import Redis
import TestSupport
import Testing

struct CredentialTests {
    @Test func `user and password are accepted`() async throws {
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
    func `the log reports rejected credentials without the password`(_ start: String) async throws {
        let server = try await RedisServer(arguments: ["--requirepass", "right"])
        let written = WrittenLog()
        try await withEventLoop { loop in
            let redis = Redis(on: loop, settings: try settings("\(start)127.0.0.1:\(server.port)"), log: written.log)
            redis.start()
            let line = await written.next()
            #expect(line.contains("error   Redis rejected the credentials"))
            #expect(line.contains("address=127.0.0.1:\(server.port)"))
            #expect(!line.contains("hunter2"))
            #expect(
                await redis.outcome(["PING"])
                    == .failure(.unavailable))
            await redis.close()
        }
    }
}
