internal import CCurl

/// Asks servers of others over HTTPS: no redirects, no proxies of the environment, bounded in time and size. Blocks: call
/// on a `BlockingPool`.
package struct WebClient: Sendable {
    private static let isStarted = ccurl_start() == CURLE_OK
    private let seconds: Int

    /// - Parameter seconds: How long a whole exchange may take.
    package init(seconds: Int = 5) {
        self.seconds = seconds
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
        guard Self.isStarted, Self.mayAsk(url), let curl = curl_easy_init() else { throw .refusedURL }
        defer { curl_easy_cleanup(curl) }
        let download = Download(limit: limit)
        let result = withExtendedLifetime(download) {
            prepare(curl, url, download)
            return curl_easy_perform(curl)
        }
        if download.isTooLarge { throw .tooLarge }
        guard result == CURLE_OK else { throw .failed(String(cString: curl_easy_strerror(result))) }
        let status = ccurl_number(curl, CURLINFO_RESPONSE_CODE)
        guard status == 200 else { throw .status(status) }
        return download.bytes
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
