import Domain

/// The names of the errors of two-factor login, the same in the envelopes of all surfaces that have a login.
enum TwoFactorErrors {
    static let names: [DomainError.Code: String] = [
        .twoFactorRequired: "TWO_FACTOR_REQUIRED", .twoFactorInvalid: "TWO_FACTOR_INVALID",
        .twoFactorSetupRequired: "TWO_FACTOR_SETUP_REQUIRED",
        .twoFactorAlreadyEnabled: "TWO_FACTOR_ALREADY_ENABLED", .twoFactorNotBegun: "TWO_FACTOR_NOT_BEGUN",
        .twoFactorNotEnabled: "TWO_FACTOR_NOT_ENABLED",
    ]
}
