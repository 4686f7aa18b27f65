/// Where the web client is: its origin may read answers, and its pages are what links in mails open.
package struct WebClientURL: Sendable {
    /// Without a slash at its end.
    package let text: String

    /// Nil for a text that is no `http` or `https` URL.
    package init?(_ text: String) {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard text.wholeMatch(of: /https?:\/\/[A-Za-z0-9.\-]+(:[0-9]{1,5})?(\/[A-Za-z0-9._~\/\-]*)?/) != nil else {
            return nil
        }
        self.text = text
    }

    private init(local text: String) { self.text = text }

    /// Scheme, host and port, as browsers send them.
    package var origin: String {
        text.split(separator: "/", omittingEmptySubsequences: false).prefix(3).joined(separator: "/").lowercased()
    }

    package static let setting = Setting<WebClientURL>(
        "CLIENT_URL", default: WebClientURL(local: "http://localhost:5173"),
        "the web client, http://… or https://…", parse: { WebClientURL($0) })
}
