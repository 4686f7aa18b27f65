internal import CCurl

/// An HTTPS client on libcurl: no redirects, no proxies from the environment, bounded in time and size. Blocks: call it
/// on a `BlockingPool`.
package struct WebClient: Sendable {
    private static let isStarted = ccurl_start() == CURLE_OK
    private let seconds: Int
    private let isPublicOnly: Bool

    /// - Parameters:
    ///   - seconds: The timeout of a request, connecting included.
    ///   - isPublicOnly: Whether to connect to public addresses only, whatever a name resolves to: for URLs from
    ///     untrusted sources (SSRF).
    package init(seconds: Int = 5, isPublicOnly: Bool = false) {
        self.seconds = seconds
        self.isPublicOnly = isPublicOnly
    }

    /// Whether a URL is allowed: `https`, or `http` on this machine.
    package static func isAllowedURL(_ url: String) -> Bool {
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }), !url.contains("@") else { return false }
        if url.hasPrefix("https://") { return true }
        return url.prefixMatch(of: /http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(\/|$)/) != nil
    }

    /// Sends a GET and returns the body of a response with status 200.
    /// - Parameter limit: The maximal size of the body, in bytes.
    /// - Throws: ``WebError``.
    package func get(_ url: String, limit: Int) throws(WebError) -> [UInt8] {
        let (status, body) = try perform(url, limit: limit) { _ in [] }
        guard status == 200 else { throw .status(status) }
        return body
    }

    /// Sends a POST and returns the status of the response; its body is ignored.
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
        guard Self.isStarted, Self.isAllowedURL(url), let curl = curl_easy_init() else { throw .disallowedURL }
        defer { curl_easy_cleanup(curl) }
        var lines: UnsafeMutablePointer<curl_slist>?
        for line in headers() where !line.utf8.contains(where: { $0 < 0x20 }) { lines = curl_slist_append(lines, line) }
        defer { curl_slist_free_all(lines) }
        let download = Download(limit: limit)
        let result = withExtendedLifetime(download) {
            prepare(curl, url, download)
            let publicOnly = isPublicOnly ? [ccurl_set_public_only(curl)] : []
            let results = options(curl) + publicOnly + [ccurl_set_pointer(curl, CURLOPT_HTTPHEADER, lines)]
            precondition(results.allSatisfy { $0 == CURLE_OK }, "libcurl rejected an option")
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
        precondition(results.allSatisfy { $0 == CURLE_OK }, "libcurl rejected an option")
    }
}

/// A response body while it arrives.
final class Download {
    private(set) var bytes: [UInt8] = []
    private(set) var isTooLarge = false
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// - Returns: The number of accepted bytes; fewer than given abort the transfer.
    func append(_ piece: UnsafeRawBufferPointer) -> Int {
        guard bytes.count + piece.count <= limit else {
            isTooLarge = true
            return 0
        }
        bytes += piece
        return piece.count
    }
}

/// The reason why a request failed.
package enum WebError: Error, Equatable {
    /// The URL is neither `https` nor `http` on this machine.
    case disallowedURL
    /// No response, or not in time; with libcurl's message.
    case failed(String)
    case status(Int)
    /// The response body exceeds the limit.
    case tooLarge
}
