internal import CCrypt
internal import COpenSSL
internal import CSodium
import Glibc
import Synchronization

/// Hashes passwords with argon2id (RFC 9106) and verifies those hashes and bcrypt ones that come from elsewhere.
///
/// Every call computes for tens of milliseconds on purpose and holds ``memory`` bytes meanwhile: call on the
/// `BlockingPool` for passwords, whose number of threads bounds both.
package final class PasswordHasher: Sendable {
    /// Characters (Unicode scalars) of a password.
    package static let lengths = 8...128

    private let passes: Int
    private let memory: Int
    private let cachedDummyHash = Mutex<String?>(nil)

    /// - Parameters:
    ///   - passes: Over the memory; at least libsodium's interactive limit, 2.
    ///   - memory: In bytes; at least libsodium's interactive limit, 64 MiB.
    package init(
        passes: Int = Int(crypto_pwhash_opslimit_interactive()), memory: Int = crypto_pwhash_memlimit_interactive()
    ) {
        precondition(passes >= Int(crypto_pwhash_opslimit_interactive()), "argon2id needs more passes")
        precondition(memory >= crypto_pwhash_memlimit_interactive(), "argon2id needs more memory")
        Sodium.start()
        self.passes = passes
        self.memory = memory
    }

    /// A new hash with a salt of its own, in the text form of the argon2 library.
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

    /// Whether a hash is one of this password: `$argon2id$`, or bcrypt's `$2a$`, `$2b$` and `$2y$`, which look at 72
    /// bytes. Any other text, and a hash so costly that verifying it would be an attack, is never the password's.
    /// Throws only ``PasswordError/outOfMemory``.
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

    /// Bounds what a hash of someone else's making may cost: libsodium's moderate memory and ten passes, or our own.
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

/// Why a password could not be hashed or verified.
package enum PasswordError: Error, Equatable {
    /// Shorter or longer than ``PasswordHasher/lengths``.
    case unacceptableLength
    /// The memory that argon2id needs was not to be had; nothing is known about the password.
    case outOfMemory
}

/// What verifying a password found.
package enum PasswordVerdict: Equatable, Sendable {
    case wrong
    case right
    /// Right, and the stored hash should be replaced by a new one of the same password.
    case rightNeedsRehash
}

/// A hash by bcrypt (Provos and Mazières, 1999). There are only foreign ones: we make argon2id.
struct BcryptHash {
    /// The work doubles with every step; 14 takes about a second.
    private static let greatestCost = 14
    /// What bcrypt looks at of a password.
    private static let longestPassword = 72

    private let text: String

    /// Nil for a text that is no hash by bcrypt or costs more than ``greatestCost``.
    init?(_ text: String) {
        guard let match = text.wholeMatch(of: /\$2[aby]\$([0-9]{2})\$[.\/A-Za-z0-9]{53}/), let cost = Int(match.1),
            (4...Self.greatestCost).contains(cost)
        else { return nil }
        self.text = text
    }

    /// Blocks for as long as the cost of the hash says.
    func isHash(of password: [CChar]) -> Bool {
        // A NUL would end the password for C, and another password that begins alike would do.
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
