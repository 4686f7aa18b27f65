internal import CCurl
import Chassis
import Glibc

/// One attempt of a request: the options of libcurl, the body that it sends, and what it receives. Used by one thread.
final class Exchange {
    /// What the receiver of a body does with a piece of it.
    enum Reception {
        case taken
        /// Deliver the piece again when the transfer is resumed.
        case pause
        /// The transfer ends with this error.
        case stop(ObjectStorageError)
    }

    private static let headLimit = 65_536
    private static let errorBodyLimit = 65_536

    private let request: BucketRequest
    /// Called with each piece of the body of a successful response.
    private let receive: (borrowing ResponseHead, UnsafeRawBufferPointer) -> Reception
    private(set) var head = ResponseHead()
    /// Whether bytes of a successful response were taken.
    private(set) var hasReceivedBody = false
    private var errorBody: [UInt8] = []
    private var headSize = 0
    private var sent = 0
    private var stopped: ObjectStorageError?
    private var lines: UnsafeMutablePointer<curl_slist>?

    init(
        _ request: BucketRequest,
        receive: @escaping (borrowing ResponseHead, UnsafeRawBufferPointer) -> Reception = { _, _ in .taken }
    ) {
        self.request = request
        self.receive = receive
    }

    deinit { curl_slist_free_all(lines) }

    /// Prepares a handle for the request. The exchange must outlive the transfer.
    /// - Parameter timeout: Of the whole transfer; nil if only its stalling is limited.
    func prepare(
        _ curl: UnsafeMutableRawPointer, in bucket: Bucket, _ credentials: BucketCredentials, _ limits: BucketLimits,
        timeout: Duration?
    ) {
        lines = request.lines.reduce(nil) { curl_slist_append($0, $1) }
        let results =
            connection(curl, limits, timeout: timeout) + [
                ccurl_set_text(curl, CURLOPT_URL, request.url(in: bucket)),
                ccurl_set_text(curl, CURLOPT_AWS_SIGV4, "aws:amz:\(bucket.region):s3"),
                ccurl_set_text(curl, CURLOPT_USERNAME, credentials.keyID),
                ccurl_set_text(curl, CURLOPT_PASSWORD, credentials.secret.exposed),
                ccurl_set_pointer(curl, CURLOPT_HTTPHEADER, lines),
            ] + method(curl) + callbacks(curl)
        precondition(results.allSatisfy { $0 == CURLE_OK }, "libcurl rejected an option")
    }

    private func connection(
        _ curl: UnsafeMutableRawPointer, _ limits: BucketLimits, timeout: Duration?
    ) -> [CURLcode] {
        [
            ccurl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_text(curl, CURLOPT_NOPROXY, "*"),
            ccurl_set_number(curl, CURLOPT_NOSIGNAL, 1),
            ccurl_set_number(curl, CURLOPT_FOLLOWLOCATION, 0),
            // Signed as it is written: libcurl must not normalise it.
            ccurl_set_number(curl, CURLOPT_PATH_AS_IS, 1),
            // One slow object must not hold up others on the same connection.
            ccurl_set_number(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            ccurl_set_number(curl, CURLOPT_CONNECTTIMEOUT_MS, max(1, limits.connecting.milliseconds)),
            ccurl_set_number(curl, CURLOPT_TIMEOUT_MS, timeout.map { max(1, $0.milliseconds) } ?? 0),
            ccurl_set_number(curl, CURLOPT_LOW_SPEED_LIMIT, 1_024),
            ccurl_set_number(curl, CURLOPT_LOW_SPEED_TIME, max(1, Int(limits.stall.components.seconds))),
            // Else the end of a request waits for a name server that does not answer, whatever the timeout.
            ccurl_set_number(curl, CURLOPT_QUICK_EXIT, 1),
            ccurl_set_number(curl, CURLOPT_BUFFERSIZE, 65_536),
            ccurl_set_number(curl, CURLOPT_UPLOAD_BUFFERSIZE, 262_144),
            ccurl_set_text(curl, CURLOPT_USERAGENT, "SocialPlay"),
            // A service that refuses a part says so before it is sent; one that does not know the question costs 0.3 s.
            ccurl_set_number(curl, CURLOPT_EXPECT_100_TIMEOUT_MS, 300),
            // Its sockets are not for the programs that the process starts.
            ccurl_set_opener(curl) { _, _, address in address.map { ccurl_open($0) } ?? -1 },
        ]
    }

    private func method(_ curl: UnsafeMutableRawPointer) -> [CURLcode] {
        switch request.method {
        case .get: return [ccurl_set_number(curl, CURLOPT_HTTPGET, 1)]
        case .head: return [ccurl_set_number(curl, CURLOPT_NOBODY, 1)]
        case .delete: return [ccurl_set_text(curl, CURLOPT_CUSTOMREQUEST, "DELETE")]
        case .put:
            return [
                ccurl_set_number(curl, CURLOPT_UPLOAD, 1),
                ccurl_set_size(curl, CURLOPT_INFILESIZE_LARGE, request.body.count),
            ]
        case .post:
            return [
                ccurl_set_number(curl, CURLOPT_POST, 1),
                // On a connection that it uses again libcurl repeats a request by itself, and the caller of one that
                // has an effect only once would not know.
                ccurl_set_number(curl, CURLOPT_FRESH_CONNECT, 1),
                ccurl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, request.body.count),
            ]
        }
    }

    private func callbacks(_ curl: UnsafeMutableRawPointer) -> [CURLcode] {
        let this = Unmanaged.passUnretained(self).toOpaque()
        return [
            ccurl_set_reader(curl) { buffer, size, count, exchange in
                guard let buffer, let exchange else { return Int(CURL_READFUNC_ABORT) }
                let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
                return Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue().read(into: room)
            },
            ccurl_set_pointer(curl, CURLOPT_READDATA, this),
            ccurl_set_seeker(curl) { exchange, offset, origin in
                guard let exchange, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
                Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue().sent = Int(offset)
                return CURL_SEEKFUNC_OK
            },
            ccurl_set_pointer(curl, CURLOPT_SEEKDATA, this),
            ccurl_set_header_writer(curl) { bytes, size, count, exchange in
                guard let bytes, let exchange else { return 0 }
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue().receive(line: line)
            },
            ccurl_set_pointer(curl, CURLOPT_HEADERDATA, this),
            ccurl_set_writer(curl) { bytes, size, count, exchange in
                guard let bytes, let exchange else { return 0 }
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue().receive(body: piece)
            },
            ccurl_set_pointer(curl, CURLOPT_WRITEDATA, this),
        ]
    }

    /// Returns why the attempt failed; nil if it succeeded.
    func failure(_ result: CURLcode) -> ObjectStorageError? {
        if let stopped { return stopped }
        guard result == CURLE_OK else { return .unreachable(String(cString: curl_easy_strerror(result))) }
        guard !(200..<300).contains(head.status) else { return nil }
        return .status(head.status, code: S3Error.code(in: errorBody))
    }

    // MARK: Calls of libcurl

    private func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, request.body.count - sent)
        guard count > 0 else { return 0 }
        switch request.body.source {
        case .bytes(let bytes):
            bytes.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count])) }
            sent += count
            return count
        case .file(let descriptor):
            let received = pread(descriptor, room.baseAddress, count, off_t(sent))
            guard received > 0 else {
                stopped = .local(code: received < 0 ? errno : EIO)
                return Int(CURL_READFUNC_ABORT)
            }
            sent += received
            return received
        }
    }

    private func receive(line: UnsafeRawBufferPointer) -> Int {
        headSize += line.count
        guard headSize <= Self.headLimit else {
            stopped = .invalidAnswer("its head is too long")
            return 0
        }
        head.apply(String(decoding: line.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self))
        return line.count
    }

    private func receive(body piece: UnsafeRawBufferPointer) -> Int {
        guard (200..<300).contains(head.status) else {
            errorBody += piece.prefix(Self.errorBodyLimit - errorBody.count)
            return piece.count
        }
        switch receive(head, piece) {
        case .taken:
            hasReceivedBody = true
            return piece.count
        case .pause: return Int(ccurl_pause_writing)
        case .stop(let error):
            stopped = error
            return 0
        }
    }
}

/// What is used of the head of a response.
struct ResponseHead {
    private(set) var status = 0
    /// Of this response, in bytes; nil if it is not said.
    private(set) var byteCount: Int?
    /// With its quotes.
    private(set) var entityTag: String?
    private(set) var modified: Timestamp?
    private(set) var retryAfter: Duration?

    /// Applies a line of the head without its end.
    mutating func apply(_ line: String) {
        if line.hasPrefix("HTTP/") {
            // The head of a further response follows an interim one.
            self = ResponseHead()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            switch line[..<colon].lowercased() {
            case "content-length": byteCount = Int(value).flatMap { $0 < 0 ? nil : $0 }
            case "etag" where value.utf8.count <= 256: entityTag = String(value)
            case "last-modified": modified = Timestamp(httpDate: String(value))
            case "retry-after": retryAfter = Int(value).flatMap { (0...3_600).contains($0) ? .seconds($0) : nil }
            default: break
            }
        }
    }
}
