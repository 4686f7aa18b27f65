import HTTP

/// Lets the web client's pages, and no others, read answers (https://fetch.spec.whatwg.org/#http-cors-protocol). Who is
/// not named here gets no header of it; what a request does is decided by its token, not by where its page comes from.
struct CrossOrigin: Sendable {
    /// Scheme, host and port of the web client.
    let origin: String

    private static let exposed =
        "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Location, Retry-After, "
        + "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
        + "X-Device-Token, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, "
        + "Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Offset, "
        + "Upload-Length, Upload-Metadata, Upload-Expires, Upload-Result"

    private static let allowed =
        "Authorization, Content-Type, Idempotency-Key, Range, If-Match, If-None-Match, If-Modified-Since, "
        + "If-Unmodified-Since, If-Range, X-Device-Token, Tus-Resumable, Upload-Length, Upload-Offset, "
        + "Upload-Metadata, Upload-Checksum, X-HTTP-Method-Override"

    /// Answers what a browser asks beforehand; everything else goes on.
    func reply(to request: Request, _ answer: Handler) -> HandlerResult {
        guard let asking = request.head.header("origin"), asking == origin else { return answer(request) }
        request.responseHeaders = [
            ("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"),
        ]
        guard request.method == .options, request.head.header("access-control-request-method") != nil else {
            request.responseHeaders.append(("Access-Control-Expose-Headers", Self.exposed))
            return answer(request)
        }
        return .ready(
            Response(
                204,
                headers: [
                    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
                    ("Access-Control-Allow-Headers", Self.allowed),
                    ("Access-Control-Max-Age", "7200"),
                ]))
    }
}
