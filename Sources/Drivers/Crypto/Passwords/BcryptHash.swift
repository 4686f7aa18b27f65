internal import CCrypt
internal import COpenSSL

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
