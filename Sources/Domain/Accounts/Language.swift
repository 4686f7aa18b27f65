/// A language of the product's mails and notifications.
package enum Language: String, Sendable, Codable, CaseIterable {
    case english = "en"
    case russian = "ru"

    /// Chooses the supported language that the header weighs highest; English if it names none.
    /// - Parameter header: The value of `Accept-Language` (RFC 9110, section 12.5.4).
    package init(accepting header: String?) {
        var best: (language: Language, weight: Double)?
        for range in (header ?? "").split(separator: ",").prefix(20) {
            let parts = range.split(separator: ";")
            guard let tag = parts.first?.filter({ $0 != " " }).lowercased(),
                let language = Language(rawValue: String(tag.prefix { $0 != "-" }))
            else { continue }
            let quality = parts.dropFirst().map { $0.filter { $0 != " " } }.first { $0.hasPrefix("q=") }
            let weight = quality.flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .english
    }
}
