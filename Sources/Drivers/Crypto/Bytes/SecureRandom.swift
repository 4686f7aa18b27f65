internal import CSodium

/// Random bytes of the kernel's generator, for keys, tokens and identifiers that nobody may guess.
package enum SecureRandom {
    /// As many bytes as asked for; blocks only before the kernel has gathered entropy, once after it started.
    package static func bytes(_ count: Int) -> [UInt8] {
        Sodium.start()
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, count)
        return bytes
    }
}
