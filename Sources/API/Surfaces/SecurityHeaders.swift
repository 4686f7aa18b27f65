/// What every answer tells browsers (OWASP's cheat sheet for REST): believe the content type, show nothing of ours in
/// frames, tell nobody where a link was followed, and ask again before a stored answer is shown to another origin.
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
