import Chassis

/// The validators of a representation, with which the conditions of a request are evaluated.
struct Validators {
    /// The entity tag in quotes. It is a strong one.
    let entityTag: String
    /// Nil for a representation that is made for the request, which has no date.
    let modified: Timestamp?

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
        if let tags = head.entityTags("if-match") {
            guard tags.contains(entityTag, isStrong: true) else { return .preconditionFailed }
        } else if let second, let date = date(head, "if-unmodified-since"), second > date {
            return .preconditionFailed
        }
        if let tags = head.entityTags("if-none-match") {
            if tags.contains(entityTag, isStrong: false) { return isRead ? .notModified : .preconditionFailed }
        } else if isRead, let second, let date = date(head, "if-modified-since"), second <= date {
            return .notModified
        }
        return .proceed(withRange: head.count(of: "if-range") == 0 || head.single("if-range").map(isSame) ?? false)
    }

    /// HTTP's dates have whole seconds.
    private var second: Int? { modified?.unixSeconds }

    /// Whether the value of If-Range names exactly this representation (13.1.5): a tag in the strong comparison, or the
    /// date of its last modification.
    private func isSame(_ validator: String) -> Bool {
        validator == entityTag || Timestamp(httpDate: validator).map { $0.unixSeconds == second } ?? false
    }

    private func date(_ head: RequestHead, _ name: StaticString) -> Int? {
        head.single(name).flatMap { Timestamp(httpDate: $0) }.map(\.unixSeconds)
    }
}
