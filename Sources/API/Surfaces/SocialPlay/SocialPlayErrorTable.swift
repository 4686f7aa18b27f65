import HTTP

/// Where SocialPlay's document has words, or a status, of its own.
enum SocialPlayErrorTable {
    static func of(_ error: any Error) -> any Error {
        switch error as? AccountRefusal {
        // S2-46.
        case .emailTaken, .usernameTaken: Refusal.invalid("User already exists")
        default: error
        }
    }

    /// S2-129, S2-134.
    static func message(of outcome: ErrorResponse) -> String {
        switch outcome.status.rawValue {
        case 429: "Too many requests, please try again later"
        case 500: "Internal server error"
        default: outcome.message
        }
    }
}
