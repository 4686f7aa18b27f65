import Crypto
import Testing

@Suite struct PasswordHasherTests {
    let hasher = PasswordHasher()

    @Test func `a password is right against its hash and no other is`() throws {
        let hash = try hasher.hash("correct horse")
        #expect(try hasher.verify("correct horse", against: hash) == .right)
        #expect(try hasher.verify("correct horsf", against: hash) == .wrong)
        #expect(try hasher.verify("", against: hash) == .wrong)
    }

    @Test func `a hash names argon2id with 64 MiB and two passes, and its salt is new`() throws {
        let hash = try hasher.hash("correct horse")
        #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"))
        #expect(try hasher.hash("correct horse") != hash)
    }

    @Test func `passwords in any script, with NUL and of any accepted length can be hashed`() throws {
        for password in ["пароль-пароль", "zero\u{0}zero", String(repeating: "😀", count: 128)] {
            let hash = try hasher.hash(password)
            #expect(try hasher.verify(password, against: hash) == .right)
            #expect(try hasher.verify(String(password.unicodeScalars.dropLast()), against: hash) == .wrong)
        }
    }

    @Test func `passwords under 8 and over 128 characters are refused`() throws {
        let over = String(repeating: "a", count: 129)
        #expect(throws: PasswordError.unacceptableLength) { try hasher.hash("seven77") }
        #expect(throws: PasswordError.unacceptableLength) { try hasher.hash(over) }
        #expect(try hasher.verify(over, against: hasher.dummyHash()) == .wrong)
    }

    @Test func `a hash with other parameters needs a rehash`() throws {
        let stronger = PasswordHasher(passes: 3)
        let hash = try hasher.hash("correct horse")
        #expect(try stronger.verify("correct horse", against: hash) == .rightNeedsRehash)
        #expect(try stronger.verify("correct horsf", against: hash) == .wrong)
    }

    @Test func `the dummy hash is made once, costs the same and matches no password`() throws {
        let dummy = try hasher.dummyHash()
        #expect(try hasher.dummyHash() == dummy)
        #expect(dummy.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"))
        #expect(try hasher.verify("correct horse", against: dummy) == .wrong)
    }

    static let longPassword = """
        0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored
        """

    /// From the tests of crypt_blowfish (https://www.openwall.com/crypt/).
    static let bcryptVectors = [
        ("U*U", "05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        ("", "05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
        (longPassword, "05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"),
    ]

    @Test(arguments: bcryptVectors, ["$2a$", "$2b$", "$2y$"])
    func `bcrypt hashes verify and need a rehash`(vector: (password: String, hash: String), kind: String) throws {
        #expect(try hasher.verify(vector.password, against: kind + vector.hash) == .rightNeedsRehash)
        #expect(try hasher.verify("X" + vector.password, against: kind + vector.hash) == .wrong)
    }

    @Test func `bcrypt uses 72 bytes`() throws {
        let hash = "$2b$" + Self.bcryptVectors[4].1
        #expect(try hasher.verify(String(Self.longPassword.prefix(72)), against: hash) == .rightNeedsRehash)
        #expect(try hasher.verify(String(Self.longPassword.prefix(71)), against: hash) == .wrong)
    }

    @Test func `a NUL does not truncate a password for bcrypt`() throws {
        let hash = "$2b$" + Self.bcryptVectors[0].1
        #expect(try hasher.verify("U*U\u{0}", against: hash) == .wrong)
        #expect(try hasher.verify("U*U\u{0}anything", against: hash) == .wrong)
    }

    @Test(arguments: [
        "", "*0", "plain text", "$2b$", "$1$salt$hash", "$6$salt$hash", "$argon2id$",
        "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWW",
        "$argon2i$v=19$m=65536,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdA",
        "$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdA",
        "$argon2id$v=19$m=0,t=0,p=0$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdA",
        "$argon2id$v=19$m=65536,t=2,p=1$$",
    ])
    func `a text that is no supported hash matches no password`(hash: String) throws {
        #expect(try hasher.verify("U*U", against: hash) == .wrong)
    }

    @Test func `a hash that costs too much is not even tried with the right password`() throws {
        let bcrypt = "$2b$15$CCCCCCCCCCCCCCCCCCCCC.jJXUjSlXZ2p6nRm3NJIupp3r/yrrjVy"
        #expect(try hasher.verify("U*U", against: bcrypt) == .wrong)
        let thorough = PasswordHasher(passes: 11)
        let hash = try thorough.hash("correct horse")
        #expect(try thorough.verify("correct horse", against: hash) == .right)
        #expect(try hasher.verify("correct horse", against: hash) == .wrong)
    }

    @Test func `several threads hash at once`() async throws {
        let hasher = hasher
        try await withThrowingTaskGroup(of: PasswordVerdict.self) { group in
            for number in 0..<3 {
                group.addTask { @concurrent in
                    let hash = try hasher.hash("password \(number)")
                    return try hasher.verify("password \(number)", against: hash)
                }
            }
            for try await verdict in group { #expect(verdict == .right) }
        }
    }
}
