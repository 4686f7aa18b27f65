/// The headers of every response for browsers (OWASP's cheat sheet for REST): no sniffing of the content type, no
/// frames, no referrer, and cached responses vary by origin.
enum SecurityHeaders {
    static func all(publicBaseURL: String) -> [(name: StaticString, value: String)] {
        let always: [(name: StaticString, value: String)] = [
            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
            ("Vary", "Origin"),
        ]
        guard publicBaseURL.hasPrefix("https://") else { return always }
        return always + [("Strict-Transport-Security", "max-age=31536000")]
    }
}
