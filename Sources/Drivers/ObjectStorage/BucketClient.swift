internal import CCurl
package import Chassis
import Glibc
import Synchronization

/// A client of one bucket, on libcurl with its own signatures (AWS Signature Version 4). Calls block: call on a
/// `BlockingPool`. Temporary failures are repeated within the limits of time and number.
package struct BucketClient: Sendable {
    private static let isStarted = ccurl_start() == CURLE_OK

    package let bucket: Bucket
    let credentials: BucketCredentials
    package let limits: BucketLimits
    private let handles: CurlHandles

    package init(_ bucket: Bucket, credentials: BucketCredentials, limits: BucketLimits = BucketLimits()) {
        precondition(Self.isStarted, "libcurl does not start")
        self.init(bucket, credentials, limits, CurlHandles())
    }

    private init(_ bucket: Bucket, _ credentials: BucketCredentials, _ limits: BucketLimits, _ handles: CurlHandles) {
        self.bucket = bucket
        self.credentials = credentials
        self.limits = limits
        self.handles = handles
    }

    /// Returns a client with other limits and the same connections.
    package func limited(to limits: BucketLimits) -> BucketClient {
        BucketClient(bucket, credentials, limits, handles)
    }

    /// Stores an object and replaces one that has the key. A reader gets the old one or the new one, never a part.
    package func put(_ body: ObjectBody, as key: String) throws(ObjectStorageError) {
        var request = BucketRequest(.put, key)
        request.body = body
        try send(request)
    }

    /// Returns the size, entity tag and time of an object.
    package func head(_ key: String) throws(ObjectStorageError) -> ObjectHead {
        let head: ResponseHead
        do {
            head = try send(BucketRequest(.head, key)).head
        } catch {
            // Without a body, the answer does not say whether the object is missing or its bucket.
            if error == .notFound, try isBucketMissing() { throw .noBucket }
            throw error
        }
        guard let byteCount = head.byteCount, let modified = head.modified else {
            throw .invalidAnswer("the head of an object has no length or time")
        }
        return ObjectHead(byteCount: byteCount, entityTag: head.entityTag, modified: modified)
    }

    /// Returns the bytes of an object.
    /// - Throws: ``ObjectStorageError/tooLarge(byteCount:)`` for more than `limit` bytes.
    package func get(_ key: String, limit: Int) throws(ObjectStorageError) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try get(key, limit: limit) { offset, piece in
            if bytes.count > offset { bytes.removeSubrange(offset...) }
            bytes += piece
            return nil
        }
        return bytes
    }

    /// Writes the bytes of an object to a file, from its first byte on.
    package func get(
        _ key: String, into descriptor: Int32
    ) throws(ObjectStorageError) -> (byteCount: Int, modified: Timestamp) {
        try get(key, limit: .max) { offset, piece in
            var written = 0
            while written < piece.count {
                let count = pwrite(
                    descriptor, piece.baseAddress.map { $0 + written }, piece.count - written, off_t(offset + written))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return .local(code: count < 0 ? errno : EIO) }
                written += count
            }
            return nil
        }
    }

    /// Deletes an object. A missing one is not an error.
    package func delete(_ key: String) throws(ObjectStorageError) {
        do { try send(BucketRequest(.delete, key)) } catch .notFound {}
    }

    /// Returns a URL that permits a GET of an object until it expires.
    /// - Parameter seconds: A week at most.
    package func signedURL(
        _ key: String, headers: SignedURLHeaders = SignedURLHeaders(), seconds: Int, now: Timestamp = .now
    ) -> String {
        SignedURL.get(key, in: bucket, credentials, headers: headers, seconds: seconds, now: now)
    }

    /// Receives an object; an interrupted transfer is resumed where it was, if the object is still the same.
    /// - Parameter write: Takes a piece at an offset, which is earlier than the last one's end if a transfer began
    ///   again. An error ends the transfer.
    private func get(
        _ key: String, limit: Int, write: (Int, UnsafeRawBufferPointer) -> ObjectStorageError?
    ) throws(ObjectStorageError) -> (byteCount: Int, modified: Timestamp) {
        var received = 0
        var entityTag: String?
        let last = try withoutActuallyEscaping(write) { (write) throws(ObjectStorageError) -> ResponseHead in
            try repeating { timeout throws(ObjectStorageError) -> ResponseHead in
                var request = BucketRequest(.get, key)
                if received > 0, let entityTag {
                    request.headers = ["Range: bytes=\(received)-", "If-Match: \(entityTag)"]
                } else {
                    received = 0
                }
                var isFirst = true
                let exchange = Exchange(request) { head, piece in
                    if head.status == 200, let count = head.byteCount, count > limit {
                        return .stop(.tooLarge(byteCount: count))
                    }
                    if isFirst {
                        isFirst = false
                        entityTag = head.entityTag
                        // A service without ranges sends the whole object.
                        if head.status != 206 { received = 0 }
                    }
                    guard received + piece.count <= limit else {
                        return .stop(.tooLarge(byteCount: received + piece.count))
                    }
                    if let error = write(received, piece) { return .stop(error) }
                    received += piece.count
                    return .taken
                }
                try perform(exchange, timeout)
                return exchange.head
            }
        }
        return (received, last.modified ?? .now)
    }

    private func isBucketMissing() throws(ObjectStorageError) -> Bool {
        do { _ = try objects(after: nil, limit: 1) } catch .noBucket { return true }
        return false
    }

    // MARK: Sending

    /// Sends a request and returns the head and the body of its answer.
    @discardableResult
    func send(
        _ request: BucketRequest, limit: Int = 8 << 20
    ) throws(ObjectStorageError) -> (head: ResponseHead, body: [UInt8]) {
        try repeating { timeout throws(ObjectStorageError) in try attempt(request, limit: limit, timeout) }
    }

    /// Sends a request once.
    func attempt(
        _ request: BucketRequest, limit: Int = 8 << 20, _ timeout: Duration
    ) throws(ObjectStorageError) -> (head: ResponseHead, body: [UInt8]) {
        var body: [UInt8] = []
        let exchange = Exchange(request) { _, piece in
            guard body.count + piece.count <= limit else { return .stop(.invalidAnswer("its body is too long")) }
            body += piece
            return .taken
        }
        try perform(exchange, timeout)
        return (exchange.head, body)
    }

    private func perform(_ exchange: Exchange, _ timeout: Duration) throws(ObjectStorageError) {
        let handle = handles.take()
        defer { handles.put(handle) }
        let result = withExtendedLifetime(exchange) {
            exchange.prepare(handle.curl, in: bucket, credentials, limits, timeout: timeout)
            return curl_easy_perform(handle.curl)
        }
        if let failure = exchange.failure(result) {
            throw failure
        }
    }

    /// Calls a body until it succeeds, fails for good, or the attempts or the time are used up.
    /// - Parameter body: Is given the time that is left.
    func repeating<Value>(
        _ body: (Duration) throws(ObjectStorageError) -> Value
    ) throws(ObjectStorageError) -> Value {
        let deadline = monotonicNanoseconds() + limits.total.nanoseconds
        var attempt = 1
        while true {
            let left = Int64(clamping: deadline) - Int64(clamping: monotonicNanoseconds())
            do {
                return try body(.nanoseconds(max(left, 1_000_000)))
            } catch {
                let delay = limits.delay(after: attempt)
                guard error.isTemporary, attempt < limits.attempts,
                    monotonicNanoseconds() + delay.nanoseconds < deadline
                else { throw error }
                usleep(UInt32(delay.nanoseconds / 1_000))
                attempt += 1
            }
        }
    }
}

extension BucketLimits {
    /// Returns a random time up to the longest one after so many attempts, so that clients do not return together.
    func delay(after attempts: Int) -> Duration {
        let longest = min(delay.nanoseconds << UInt64(min(attempts - 1, 6)), 5_000_000_000)
        return .nanoseconds(Int64(UInt64.random(in: longest / 2...max(longest, 1))))
    }
}

/// Idle easy handles of libcurl, each with the connections that it keeps.
private final class CurlHandles: Sendable {
    /// `@unchecked Sendable`: ``CurlHandles`` gives a handle to one thread at a time.
    final class Handle: @unchecked Sendable {
        let curl: UnsafeMutableRawPointer

        init() {
            guard let curl = curl_easy_init() else { preconditionFailure("libcurl has no memory") }
            self.curl = curl
        }

        deinit { curl_easy_cleanup(curl) }
    }

    private static let limit = 64
    private let idle = Mutex<[Handle]>([])

    func take() -> Handle { idle.withLock { $0.popLast() } ?? Handle() }

    /// Removes every option, which may point to what ends with the request, and keeps the connections.
    func put(_ handle: Handle) {
        curl_easy_reset(handle.curl)
        idle.withLock { if $0.count < Self.limit { $0.append(handle) } }
    }
}
