internal import COpenSSL
internal import CSodium

/// libsodium must be started before its first use.
enum Sodium {
    private static let started = sodium_init() >= 0

    static func start() {
        precondition(started, "libsodium does not start")
    }
}

/// Compares two byte strings in a time that depends on their lengths only. The lengths are not secret.
package func constantTimeEquals(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
            CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}

/// Random bytes of the kernel's generator, for keys, tokens and identifiers that must not be guessed.
package enum SecureRandom {
    /// Returns random bytes; blocks only until the kernel's generator is seeded after boot.
    package static func bytes(_ count: Int) -> [UInt8] {
        Sodium.start()
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, count)
        return bytes
    }
}
