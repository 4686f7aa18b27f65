import Crypto

/// A request to a bucket, before it is signed.
struct BucketRequest: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    var method: Method
    /// Empty for a request about the bucket.
    var key = ""
    var query: [(name: String, value: String)] = []
    /// Further lines `Name: value`.
    var headers: [String] = []
    var body = ObjectBody.empty

    init(_ method: Method, _ key: String = "") {
        self.method = method
        self.key = key
    }

    func url(in bucket: Bucket) -> String {
        let query = S3Encoding.query(query)
        return "\(bucket.scheme)://\(bucket.host)\(bucket.path(of: key))" + (query.isEmpty ? "" : "?\(query)")
    }

    /// All lines but those that libcurl writes itself: Host, X-Amz-Date, Authorization, Content-Length.
    ///
    /// libcurl 7.88 signs the hash of an empty body unless `x-amz-content-sha256` is given, and S3 demands that header.
    /// No line may be empty, as one that removes a line of libcurl is: it signs that too, and does not send it.
    var lines: [String] {
        var lines = headers + ["x-amz-content-sha256: \(Hex.encode(body.sha256.span))"]
        if body.count > 0 || method == .post || method == .put { lines.append("Content-Type: \(body.type)") }
        return lines
    }
}

/// The bytes of a request, in memory or in a file, with their SHA-256, which is part of the signature: the service
/// refuses bytes that were changed on their way.
package struct ObjectBody: Sendable {
    enum Source: Sendable {
        case bytes([UInt8])
        case file(Int32)
    }

    let source: Source
    /// In bytes.
    package let count: Int
    let sha256: [UInt8]
    let type: String

    static let empty = ObjectBody([])

    package init(_ bytes: [UInt8], type: String = "application/octet-stream") {
        source = .bytes(bytes)
        count = bytes.count
        sha256 = SHA256.digest(bytes.span)
        self.type = type
    }

    /// - Parameters:
    ///   - descriptor: Open for reading at any offset; stays open. Only its first `count` bytes are sent.
    ///   - sha256: The digest of these bytes.
    package init(file descriptor: Int32, count: Int, sha256: [UInt8]) {
        source = .file(descriptor)
        self.count = count
        self.sha256 = sha256
        type = "application/octet-stream"
    }
}
