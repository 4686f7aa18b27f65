import Chassis
import Foundation

/// An S3 service (moto's) in a process of its own on 127.0.0.1 that verifies every signature. One serves all tests of a
/// process; each test has a bucket of its own.
///
/// Needs the Python package moto in `.build/moto`, which `scripts/setup test` puts there, and Debian's packages for it.
package final class S3Server: Sendable {
    package static let keyID = "TESTKEYID"
    package static let secret = "a/secret+that=no log may contain"
    package static let region = "eu-test-1"

    private static let starters = BlockingPool(name: "s3-server", threads: 1, queueLimit: 10_000)
    private static let shared = Result { try S3Server() }

    let port: Int
    private let script: ScriptServer

    private init() throws {
        let settings = ["key": Self.keyID, "secret": Self.secret, "region": Self.region]
        script = try ScriptServer("s3_server.py", String(decoding: try JSONEncoder().encode(settings), as: UTF8.self))
        port = script.port
    }

    /// Returns a new bucket.
    package static func bucket() async throws -> TestBucket {
        let server = try await starters.run { try shared.get() }
        let bucket = TestBucket(name: "b-\(UUID().uuidString.lowercased())", port: server.port)
        try await bucket.control("create")
        return bucket
    }
}

/// A bucket of one test.
package struct TestBucket: Sendable {
    /// What the service does instead of answering a request, or with its answer.
    package struct Fault: Sendable, Encodable {
        /// Of the requests that it concerns; nil for any.
        package var method: String?
        /// A part of the path and query of the requests that it concerns.
        package var contains = ""
        /// How many requests it concerns; negative for all.
        package var count = 1
        package var status: Int?
        /// The code of the error.
        package var code: String?
        /// Seconds before anything is done.
        package var delay: Double?
        /// Whether the connection ends without an answer.
        package var drops: Bool?
        /// Whether the request takes effect and then the connection ends without an answer.
        package var takesEffect: Bool?
        /// After how many bytes of the answer's body the connection ends.
        package var cut: Int?

        package init(_ method: String? = nil, _ contains: String = "", count: Int = 1) {
            self.method = method
            self.contains = contains
            self.count = count
        }

        /// Answers with an error.
        package static func status(
            _ status: Int, _ code: String, _ method: String? = nil, _ contains: String = "", count: Int = 1
        ) -> Fault {
            var fault = Fault(method, contains, count: count)
            (fault.status, fault.code) = (status, code)
            return fault
        }
    }

    /// A request that the service received.
    package struct Request: Sendable, Decodable {
        package let method: String
        /// With the query, as it was sent.
        package let path: String
        package let status: Int
        /// Why the signature was refused.
        package let refusal: String?
    }

    package let name: String
    package let port: Int

    /// The value of `STORAGE_URL`.
    package var url: String { "s3://\(name)?endpoint=http://127.0.0.1:\(port)&region=\(S3Server.region)" }

    /// The settings of a product that stores its files here.
    package var environment: [String: String] {
        ["STORAGE_URL": url, "AWS_ACCESS_KEY_ID": S3Server.keyID, "AWS_SECRET_ACCESS_KEY": S3Server.secret]
    }

    /// Replaces the faults of the bucket; the first that concerns a request counts.
    package func fail(_ faults: Fault...) async throws {
        try await control("faults", body: try JSONEncoder().encode(faults))
    }

    /// Returns the requests so far, in order.
    package func requests() async throws -> [Request] {
        let answer = try await client.get("/-/\(name)/log")
        return try JSONDecoder().decode([Request].self, from: Data(answer.body))
    }

    /// What is stored.
    package struct Content: Sendable, Decodable {
        /// Of all objects, in order.
        package let keys: [String]
        /// The number of multipart uploads in progress.
        package let uploads: Int

        package var isEmpty: Bool { keys.isEmpty && uploads == 0 }
    }

    package func content() async throws -> Content {
        let answer = try await client.get("/-/\(name)/content")
        return try JSONDecoder().decode(Content.self, from: Data(answer.body))
    }

    /// Makes the multipart uploads in progress look older.
    package func ageUploads(bySeconds seconds: Int) async throws { try await control("age?seconds=\(seconds)") }

    fileprivate func control(_ command: String, body: Data = Data()) async throws {
        let answer = try await client.send(ProductRequest("POST", "/-/\(name)/\(command)", body: Array(body)))
        guard answer.status == 200 else { throw ControlFailed(command: command, status: answer.status) }
    }

    private struct ControlFailed: Error {
        let command: String
        let status: Int
    }

    private var client: ProductClient { ProductClient(port: port) }
}
