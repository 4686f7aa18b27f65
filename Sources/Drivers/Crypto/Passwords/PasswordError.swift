/// Why a password could not be hashed or verified.
package enum PasswordError: Error, Equatable {
    /// Shorter or longer than ``PasswordHasher/lengths``.
    case unacceptableLength
    /// The memory that argon2id needs was not to be had; nothing is known about the password.
    case outOfMemory
}
