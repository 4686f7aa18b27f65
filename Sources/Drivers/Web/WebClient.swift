internal import CCurl

/// Asks servers of others over HTTPS: no redirects, no proxies of the environment, bounded in time and size. Blocks: call
/// on a `BlockingPool`.
package struct WebClient: Sendable {
    private static let isStarted = ccurl_start() == CURLE_OK
    private let seconds: Int
    private let isPublicOnly: Bool

    /// - Parameters:
    ///   - seconds: How long a whole exchange may take.
    ///   - isPublicOnly: Whether nothing but hosts of the public network are connected to, whatever a name leads to: for
    ///     addresses that strangers have given.
    package init(seconds: Int = 5, isPublicOnly: Bool = false) {
        self.seconds = seconds
        self.isPublicOnly = isPublicOnly
    }

    /// Whether a URL may be asked: plain HTTP is for this machine alone.
    package static func mayAsk(_ url: String) -> Bool {
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }), !url.contains("@") else { return false }
        if url.hasPrefix("https://") { return true }
        return url.prefixMatch(of: /http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(\/|$)/) != nil
    }

    /// The body of an answer with status 200.
    /// - Parameter limit: Bytes of it.
    /// - Throws: ``WebError``.
    package func get(_ url: String, limit: Int) throws(WebError) -> [UInt8] {
        let (status, body) = try perform(url, limit: limit) { _ in [] }
        guard status == 200 else { throw .status(status) }
        return body
    }

    /// Sends a body; what is answered is not read but for its status.
    /// - Parameter headers: Lines `Name: value`, without line breaks.
    /// - Returns: The status.
    /// - Throws: ``WebError``; never for a status.
    package func post(_ url: String, headers: [String], body: [UInt8]) throws(WebError) -> Int {
        try perform(url, limit: 1 << 16) { curl in
            [
                ccurl_set_number(curl, CURLOPT_POST, 1),
                ccurl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, body.count),
                body.withUnsafeBytes { bytes in
                    ccurl_set_text(
                        curl, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
                },
            ]
        } headers: {
            headers
        }.status
    }

    private func perform(
        _ url: String, limit: Int, _ options: (UnsafeMutableRawPointer) -> [CURLcode],
        headers: () -> [String] = { [] }
    ) throws(WebError) -> (status: Int, body: [UInt8]) {
        guard Self.isStarted, Self.mayAsk(url), let curl = curl_easy_init() else { throw .refusedURL }
        defer { curl_easy_cleanup(curl) }
        var lines: UnsafeMutablePointer<curl_slist>?
        for line in headers() where !line.utf8.contains(where: { $0 < 0x20 }) { lines = curl_slist_append(lines, line) }
        defer { curl_slist_free_all(lines) }
        let download = Download(limit: limit)
        let result = withExtendedLifetime(download) {
            prepare(curl, url, download)
            let publicOnly = isPublicOnly ? [ccurl_set_public_only(curl)] : []
            let results = options(curl) + publicOnly + [ccurl_set_pointer(curl, CURLOPT_HTTPHEADER, lines)]
            precondition(results.allSatisfy { $0 == CURLE_OK }, "libcurl refuses an option")
            return curl_easy_perform(curl)
        }
        if download.isTooLarge { throw .tooLarge }
        guard result == CURLE_OK else { throw .failed(String(cString: curl_easy_strerror(result))) }
        return (ccurl_number(curl, CURLINFO_RESPONSE_CODE), download.bytes)
    }

    private func prepare(_ curl: UnsafeMutableRawPointer, _ url: String, _ download: Download) {
        let write: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
            bytes, size, count, download in
            guard let bytes, let download else { return 0 }
            let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<Download>.fromOpaque(download).takeUnretainedValue().append(piece)
        }
        let results = [
            ccurl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_text(curl, CURLOPT_NOPROXY, "*"),
            ccurl_set_number(curl, CURLOPT_NOSIGNAL, 1),
            ccurl_set_number(curl, CURLOPT_FOLLOWLOCATION, 0),
            ccurl_set_number(curl, CURLOPT_CONNECTTIMEOUT_MS, min(seconds, 3) * 1_000),
            ccurl_set_number(curl, CURLOPT_TIMEOUT_MS, seconds * 1_000),
            ccurl_set_text(curl, CURLOPT_USERAGENT, "SocialPlay"),
            ccurl_set_text(curl, CURLOPT_URL, url),
            ccurl_set_writer(curl, write),
            ccurl_set_pointer(curl, CURLOPT_WRITEDATA, Unmanaged.passUnretained(download).toOpaque()),
        ]
        precondition(results.allSatisfy { $0 == CURLE_OK }, "libcurl refuses an option")
    }
}

/// A body as it arrives.
final class Download {
    private(set) var bytes: [UInt8] = []
    private(set) var isTooLarge = false
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// - Returns: How many bytes were taken; fewer than there are end the transfer.
    func append(_ piece: UnsafeRawBufferPointer) -> Int {
        guard bytes.count + piece.count <= limit else {
            isTooLarge = true
            return 0
        }
        bytes += piece
        return piece.count
    }
}

/// Why there is no answer to use.
package enum WebError: Error, Equatable {
    /// The URL is none that may be asked: `https`, or `http` on this machine.
    case refusedURL
    /// No response, or not in time; with libcurl's message.
    case failed(String)
    case status(Int)
    /// The answer has more bytes than are wanted.
    case tooLarge
}
