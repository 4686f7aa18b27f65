import Chassis
import Foundation
import Postgres
package import Redis

/// What can be seen from outside.
extension Product {
    /// The client of the first API.
    package var client: ProductClient { process(.api).client }

    package var mailbox: Mailbox { Mailbox(folder: "\(directory)/data/mail") }

    /// Runs one statement in the product's database and gives the first column of every row.
    package func texts(_ sql: String, _ values: [String] = []) async throws -> [String] {
        try await Self.pool.run { [databaseURL] in
            let rows = try BlockingConnection.open(databaseURL).query(sql, values.map { .text($0) })
            return try (0..<rows.count).map { index in
                var row = rows[index]
                return try row.text()
            }
        }
    }

    /// Files that are kept for people, as paths below the folder of files.
    package var files: [String] {
        let root = "\(directory)/data/media/blobs"
        let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return all.filter { path in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
    }

    /// Runs one command in the product's Redis. The product's prefix is added to the key.
    package func redis(_ command: String, _ key: String, _ rest: [String] = []) async throws -> RedisValue {
        let settings = redis
        return try await withEventLoop { loop in
            let client = Redis(
                on: loop, settings: settings, log: Log(level: .error, format: .text, to: .standardError))
            client.start()
            await client.connected()
            let answer = try await client.command(
                [RedisArgument(command), RedisArgument(client.key(key))] + rest.map { RedisArgument($0) })
            await client.close()
            return answer
        }
    }
}
