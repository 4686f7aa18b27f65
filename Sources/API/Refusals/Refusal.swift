/// What a feature says when it does not do what was asked, in the product's words. Each surface has its own form for it.
enum Refusal: Error, Equatable {
    /// Something sent breaks a rule.
    case invalid(String)
    /// Nobody is logged in, or the proof of it is not good.
    case unauthenticated(String)
    case forbidden(String)
    case notFound(String)
    case conflict(String)
    case tooLarge(String)
    case unsupportedMediaType(String)
    case tooMany(retryAfterSeconds: Int)
    /// Too much work waits; nothing was done.
    case busy(retryAfterSeconds: Int)
    /// A store cannot be reached; nothing is known to have been done.
    case unavailable
    case wrongMethod(allow: String)
}
