/// What verifying a password found.
package enum PasswordVerdict: Equatable, Sendable {
    case wrong
    case right
    /// Right, and the stored hash should be replaced by a new one of the same password.
    case rightNeedsRehash
}
