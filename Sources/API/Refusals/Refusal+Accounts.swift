extension Refusal {
    /// In the words of the musicians' document, which are as good as any where a surface has no others.
    init(_ refusal: AccountRefusal) {
        switch refusal {
        case .emailTaken: self = .conflict("Email already exists")
        case .usernameTaken: self = .conflict("Username already exists")
        case .wrongCredentials: self = .unauthenticated("Invalid credentials")
        case .deactivated: self = .forbidden("Account is deactivated")
        case .refreshTokenRefused: self = .unauthenticated("Invalid refresh token")
        case .tokenMissing: self = .unauthenticated("No token provided")
        case .tokenRefused: self = .unauthenticated("Invalid token")
        case .passwordChangedMeanwhile: self = .conflict("The password was changed meanwhile")
        case .linkRefused: self = .invalid("The link is not valid or has expired: ask for a new one")
        case .sessionUnknown: self = .notFound("Session not found")
        case .accountUnknown: self = .notFound("User not found")
        case .exportMissing: self = .notFound("There is no export: ask for one")
        case .providerUnknown: self = .notFound("There is no such provider")
        case .identityRefused(let reason): self = .unauthenticated(reason)
        case .roleMissing: self = .forbidden("Insufficient permissions")
        }
    }
}
