/// What a link in a mail is for.
package enum EmailTokenPurpose: String, Sendable {
    /// Shows that the address is theirs.
    case verify
    /// Sets a new password.
    case reset
}
