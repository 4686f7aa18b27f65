internal import CCrypt
internal import COpenSSL
internal import CSodium
import Glibc
import Synchronization

/// Hashes passwords with argon2id (RFC 9106) and verifies argon2id hashes and imported bcrypt hashes.
///
/// Each call deliberately takes tens of milliseconds and ``memory`` bytes: call it on the `BlockingPool` for passwords,
/// whose number of threads bounds both.
package final class PasswordHasher: Sendable {
    /// The allowed lengths of a password, in Unicode scalars.
    package static let lengths = 8...128

    private let passes: Int
    private let memory: Int
    private let cachedDummyHash = Mutex<String?>(nil)

    /// - Parameters:
    ///   - passes: Passes over the memory; at least libsodium's interactive limit, 2.
    ///   - memory: Bytes; at least libsodium's interactive limit, 64 MiB.
    package init(
        passes: Int = Int(crypto_pwhash_opslimit_interactive()), memory: Int = crypto_pwhash_memlimit_interactive()
    ) {
        precondition(passes >= Int(crypto_pwhash_opslimit_interactive()), "argon2id needs more passes")
        precondition(memory >= crypto_pwhash_memlimit_interactive(), "argon2id needs more memory")
        Sodium.start()
        self.passes = passes
        self.memory = memory
    }

    /// Returns a hash with a new salt, in the argon2 string format.
    package func hash(_ password: String) throws(PasswordError) -> String {
        guard Self.lengths.contains(password.unicodeScalars.count) else { throw .unacceptableLength }
        return try hash(password.cBytes)
    }

    /// The hash of a random password. Verify against it when there is no account, so that an unknown e-mail
    /// address costs the same time as a wrong password. Computed at the first call.
    package func dummyHash() throws(PasswordError) -> String {
        try cachedDummyHash.withLock { cached throws(PasswordError) in
            if let cached { return cached }
            let hash = try hash(SecureRandom.bytes(32).map(CChar.init(bitPattern:)))
            cached = hash
            return hash
        }
    }

    /// Verifies a password against a hash: `$argon2id$`, or bcrypt's `$2a$`, `$2b$` and `$2y$`, which use the first 72
    /// bytes. Any other text, and a hash with excessive cost parameters, never matches.
    /// - Throws: ``PasswordError/outOfMemory`` only.
    package func verify(_ password: String, against hash: String) throws(PasswordError) -> PasswordVerdict {
        guard password.unicodeScalars.count <= Self.lengths.upperBound else { return .wrong }
        if let bcrypt = BcryptHash(hash) { return bcrypt.isHash(of: password.cBytes) ? .rightNeedsRehash : .wrong }
        guard isAffordableArgon2id(hash) else { return .wrong }

        let bytes = password.cBytes
        errno = 0
        guard crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0 else {
            if errno == ENOMEM { throw .outOfMemory }
            return .wrong
        }
        let isOutdated = crypto_pwhash_str_needs_rehash(hash, UInt64(passes), memory) != 0
        return isOutdated ? .rightNeedsRehash : .right
    }

    private func hash(_ password: [CChar]) throws(PasswordError) -> String {
        var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let hashed = crypto_pwhash_str(&text, password, UInt64(password.count), UInt64(passes), memory)
        guard hashed == 0 else { throw .outOfMemory }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Bounds the cost of an imported hash: libsodium's moderate memory and ten passes, or this hasher's parameters.
    private func isAffordableArgon2id(_ hash: String) -> Bool {
        let form = /\$argon2id\$v=19\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=[0-9]{1,9}\$[A-Za-z0-9+\/]+\$[A-Za-z0-9+\/]+/
        guard let match = hash.wholeMatch(of: form), let kibibytes = Int(match.1), let passes = Int(match.2)
        else { return false }
        return kibibytes * 1_024 <= max(memory, crypto_pwhash_memlimit_moderate()) && passes <= max(self.passes, 10)
    }
}

extension String {
    fileprivate var cBytes: [CChar] { utf8.map(CChar.init(bitPattern:)) }
}

/// The reason why a password was not hashed or verified.
package enum PasswordError: Error, Equatable {
    /// Shorter or longer than ``PasswordHasher/lengths``.
    case unacceptableLength
    /// argon2id could not allocate its memory; the password was not checked.
    case outOfMemory
}

/// The result of verifying a password.
package enum PasswordVerdict: Equatable, Sendable {
    case wrong
    case right
    /// Right, but the stored hash should be replaced by one with current parameters.
    case rightNeedsRehash
}

/// An imported bcrypt hash (Provos and Mazières, 1999). New hashes are argon2id.
struct BcryptHash {
    /// The work doubles with every step; 14 takes about a second.
    private static let greatestCost = 14
    /// The number of bytes of a password that bcrypt uses.
    private static let longestPassword = 72

    private let text: String

    /// Parses a hash; nil if it is no bcrypt hash or costs more than ``greatestCost``.
    init?(_ text: String) {
        guard let match = text.wholeMatch(of: /\$2[aby]\$([0-9]{2})\$[.\/A-Za-z0-9]{53}/), let cost = Int(match.1),
            (4...Self.greatestCost).contains(cost)
        else { return nil }
        self.text = text
    }

    /// Whether this is a hash of the password. Blocks for the time that the cost implies.
    func isHash(of password: [CChar]) -> Bool {
        // C would truncate the password at a NUL, so that another password with the same prefix would match.
        guard !password.contains(0) else { return false }
        let phrase = password.prefix(Self.longestPassword) + [0]
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        data.initialize(to: crypt_data())
        defer {
            OPENSSL_cleanse(data, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        guard let computed = crypt_r(Array(phrase), text, data) else { return false }
        return constantTimeEquals(String(cString: computed).utf8.span, text.utf8.span)
    }
}
