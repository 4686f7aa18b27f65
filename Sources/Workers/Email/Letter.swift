/// The subject and body of an e-mail, as plain text and as HTML made of the same paragraphs.
struct Letter: Sendable {
    enum Paragraph: Sendable {
        case text(String)
        /// A link with its title.
        case link(String, to: String)
        /// Names and values, one per line.
        case facts([(name: String, value: String)])
    }

    let subject: String
    let text: String
    let html: String

    /// - Parameter subject: One line; no text that a user wrote.
    init(_ subject: String, _ paragraphs: [Paragraph]) {
        self.subject = subject
        let signed = paragraphs + [.text("SocialPlay")]
        text = signed.map(Self.text).joined(separator: "\n\n")
        html = signed.map(Self.html).joined(separator: "\n")
    }

    private static func text(_ paragraph: Paragraph) -> String {
        switch paragraph {
        case .text(let text): text
        case .link(let title, let url): "\(title):\n\(url)"
        case .facts(let facts): facts.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        }
    }

    private static func html(_ paragraph: Paragraph) -> String {
        switch paragraph {
        case .text(let text): "<p>\(escaped(text))</p>"
        case .link(let title, let url): "<p><a href=\"\(escaped(url))\">\(escaped(title))</a><br>\(escaped(url))</p>"
        case .facts(let facts):
            "<p>" + facts.map { "\(escaped($0.name)): \(escaped($0.value))" }.joined(separator: "<br>") + "</p>"
        }
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { html, character in
            switch character {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            default: html.append(character)
            }
        }
    }
}
