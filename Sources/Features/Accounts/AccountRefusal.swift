/// Why accounts and sessions do not do what was asked. Each surface has its own words and status for it.
enum AccountRefusal: Error, Equatable {
    case emailTaken
    case usernameTaken
    /// The address is unknown or the password wrong; nobody may learn which.
    case wrongCredentials
    case deactivated
    case refreshTokenRefused
    /// A request has no bearer token.
    case tokenMissing
    case tokenRefused
    /// Somebody was faster.
    case passwordChangedMeanwhile
    /// A link of a mail was used, has expired, or never was one.
    case linkRefused
    case sessionUnknown
    case accountUnknown
    case exportMissing
    case providerUnknown
    /// The provider's word is not good: the reason is for whoever writes the client.
    case identityRefused(String)
    /// Only a role that they do not have may do this.
    case roleMissing
}
