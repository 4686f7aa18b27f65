internal import CCurl
import Glibc

/// An HTTPS client on libcurl: no redirects, no proxies from the environment, bounded in time and size. Blocks: call it
/// on a `BlockingPool`.
package struct WebClient: Sendable {
    private static let isStarted = ccurl_start() == CURLE_OK
    private let timeout: Duration
    private let destinations: WebDestinations
    /// Entries `HOST:PORT:ADDRESS` that are used instead of the DNS: for tests.
    var resolutions: [String] = []

    /// - Parameter timeout: The total time of a request: name resolution, connecting, sending and receiving.
    package init(timeout: Duration = .seconds(5), destinations: WebDestinations = .configured) {
        self.timeout = timeout
        self.destinations = destinations
    }

    /// Whether a URL of a setting is allowed: `https`, or `http` on this machine.
    package static func isAllowedURL(_ url: String) -> Bool {
        WebURL(url).map(WebDestinations.configured.allow) ?? false
    }

    /// Sends a GET and returns the body of a response with status 200.
    /// - Parameter limit: The maximal size of the body, in bytes.
    /// - Throws: ``WebError``.
    package func get(_ url: String, limit: Int) throws(WebError) -> [UInt8] {
        let transfer = Transfer(destinations, limit: limit, endsWithHead: false)
        try perform(url, transfer, headers: [])
        guard transfer.status == 200 else { throw .status(transfer.status) }
        return transfer.body
    }

    /// Sends a POST and returns the head of the response. The connection is closed at the end of the head: the status
    /// is the answer, and a body that never ends must not delay it or turn it into a failure.
    /// - Parameter headers: Lines `Name: value`, without line breaks.
    /// - Throws: ``WebError``; never for a status.
    package func post(_ url: String, headers: [String], body: [UInt8]) throws(WebError) -> WebResponse {
        let transfer = Transfer(destinations, limit: 0, endsWithHead: true)
        try perform(url, transfer, headers: headers, body: body)
        return WebResponse(status: transfer.status, retryAfter: transfer.retryAfter)
    }

    private func perform(
        _ url: String, _ transfer: Transfer, headers: [String], body: [UInt8]? = nil
    ) throws(WebError) {
        guard Self.isStarted, let address = WebURL(url), destinations.allow(address), let curl = curl_easy_init()
        else { throw .disallowedURL }
        defer { curl_easy_cleanup(curl) }
        let lines = headers.filter { !$0.utf8.contains { $0 < 0x20 } }.reduce(nil) { curl_slist_append($0, $1) }
        let names = resolutions.reduce(nil) { curl_slist_append($0, $1) }
        defer {
            curl_slist_free_all(lines)
            curl_slist_free_all(names)
        }
        let result = withExtendedLifetime(transfer) {
            var results = options(curl, url) + transfer.options(curl)
            results.append(ccurl_set_pointer(curl, CURLOPT_HTTPHEADER, lines))
            results.append(ccurl_set_pointer(curl, CURLOPT_RESOLVE, names))
            if let body { results += Self.options(curl, posting: body) }
            precondition(results.allSatisfy { $0 == CURLE_OK }, "libcurl rejected an option")
            return curl_easy_perform(curl)
        }
        if transfer.isAnswered { return }
        if transfer.isTooLarge { throw .tooLarge }
        if transfer.isRefused { throw .disallowedAddress }
        guard result == CURLE_OK else { throw .failed(String(cString: curl_easy_strerror(result))) }
    }

    private func options(_ curl: UnsafeMutableRawPointer, _ url: String) -> [CURLcode] {
        let milliseconds = Int(
            timeout.components.seconds * 1_000 + timeout.components.attoseconds / 1_000_000_000_000_000)
        return [
            ccurl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_text(curl, CURLOPT_NOPROXY, "*"),
            ccurl_set_number(curl, CURLOPT_NOSIGNAL, 1),
            ccurl_set_number(curl, CURLOPT_FOLLOWLOCATION, 0),
            ccurl_set_number(curl, CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, 3_000)),
            ccurl_set_number(curl, CURLOPT_TIMEOUT_MS, milliseconds),
            // Else the end of a request waits for a name server that does not answer, whatever the timeout.
            ccurl_set_number(curl, CURLOPT_QUICK_EXIT, 1),
            ccurl_set_text(curl, CURLOPT_USERAGENT, "SocialPlay"),
            ccurl_set_text(curl, CURLOPT_URL, url),
        ]
    }

    private static func options(_ curl: UnsafeMutableRawPointer, posting body: [UInt8]) -> [CURLcode] {
        [
            ccurl_set_number(curl, CURLOPT_POST, 1),
            ccurl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, body.count),
            body.withUnsafeBytes { bytes in
                ccurl_set_text(curl, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
            },
        ]
    }
}

/// The head of a response.
package struct WebResponse: Sendable, Equatable {
    package let status: Int
    /// How long the server asks to wait before the next request (RFC 9110, 10.2.3); nil if it does not say.
    package let retryAfter: Duration?
}

/// The reason why a request failed.
package enum WebError: Error, Equatable {
    /// The URL is not one that this client may request.
    case disallowedURL
    /// The host has no address that this client may connect to.
    case disallowedAddress
    /// No response, or not in time; with libcurl's message.
    case failed(String)
    case status(Int)
    /// The response exceeds the limit.
    case tooLarge
}
