import Chassis

/// The validators of a representation, with which the conditions of a request are evaluated.
struct Validators {
    /// The entity tag in quotes. It is a strong one.
    let entityTag: String
    let modified: Timestamp

    /// What the conditions of a request decide.
    enum Outcome {
        /// The request is performed, with its range if If-Range allows that.
        case proceed(withRange: Bool)
        case notModified
        case preconditionFailed
    }

    /// Evaluates the conditions in the order of RFC 9110, 13.2.2. A date that is none, or one of several,
    /// is ignored.
    func evaluate(_ head: RequestHead) -> Outcome {
        let isRead = head.method == .get || head.method == .head
        if let tags = list(head, "if-match") {
            guard isMatch(tags, isStrong: true) else { return .preconditionFailed }
        } else if let date = date(head, "if-unmodified-since"), second > date {
            return .preconditionFailed
        }
        if let tags = list(head, "if-none-match") {
            if isMatch(tags, isStrong: false) { return isRead ? .notModified : .preconditionFailed }
        } else if isRead, let date = date(head, "if-modified-since"), second <= date {
            return .notModified
        }
        return .proceed(withRange: head.count(of: "if-range") == 0 || head.single("if-range").map(isSame) ?? false)
    }

    /// HTTP's dates have whole seconds.
    private var second: Int { modified.unixSeconds }

    /// Whether the value of If-Range names exactly this representation (13.1.5): a tag in the strong comparison, or the
    /// date of its last modification.
    private func isSame(_ validator: String) -> Bool {
        validator == entityTag || Timestamp(httpDate: validator).map { $0.unixSeconds == second } ?? false
    }

    private func date(_ head: RequestHead, _ name: StaticString) -> Int? {
        head.single(name).flatMap { Timestamp(httpDate: $0) }.map(\.unixSeconds)
    }

    /// The tags of all headers of that name; nil if there is none.
    private func list(_ head: RequestHead, _ name: StaticString) -> String? {
        let values = head.headers(name)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    /// Whether a list of entity tags has this one (8.8.3.2), or is `*`. A tag may contain a comma.
    private func isMatch(_ list: String, isStrong: Bool) -> Bool {
        var rest = list[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            guard !rest.isEmpty else { return false }
            if rest.first == "*" { return true }
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
                rest = rest.drop { $0 != "," }
                continue
            }
            if rest[...end] == entityTag, !(isStrong && isWeak) { return true }
            rest = rest[end...].dropFirst()
        }
    }
}
