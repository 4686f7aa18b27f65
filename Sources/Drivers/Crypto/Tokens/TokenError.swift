/// Why a token is refused.
package enum TokenError: Error, Equatable {
    /// Not a token of ours: its form, header or claims.
    case malformed
    /// Not signed with this secret, or changed since.
    case badSignature
    case expired
    /// Made in the future.
    case notYetValid
    /// A refresh token where an access token belongs, or the other way round.
    case wrongType
}
