import Crypto
import Testing

@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `digests are those of NIST`(message: String, digest: String) {
        #expect(hex(SHA256.digest(of: message)) == digest)
    }

    @Test func `a million letters in uneven pieces have the digest of NIST`() {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        var digest = SHA256()
        var start = 0
        var count = 0
        while start < letters.count {
            let end = min(start + count, letters.count)
            digest.update(letters.span.extracting(start..<end))
            start = end
            count += 1
        }
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(hex(digest.finish()) == expected)
    }

    struct Vector {
        let key: [UInt8]
        let message: [UInt8]
        let code: String
    }

    /// RFC 4231, test cases 1 to 4, 6 and 7.
    static let vectors = [
        Vector(
            key: [UInt8](repeating: 0x0B, count: 20), message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            key: [UInt8](repeating: 0xAA, count: 20), message: [UInt8](repeating: 0xDD, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            key: Array(1...25), message: [UInt8](repeating: 0xCD, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Vector(
            key: [UInt8](repeating: 0xAA, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Vector(
            key: [UInt8](repeating: 0xAA, count: 131),
            message: Array(
                """
                This is a test using a larger than block-size key and a larger than block-size data. \
                The key needs to be hashed before being used by the HMAC algorithm.
                """.utf8),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test(arguments: vectors)
    func `codes are those of RFC 4231`(vector: Vector) {
        let key = HMACSHA256(key: vector.key)
        let code = key.code(of: vector.message)
        #expect(hex(code) == vector.code)
        #expect(key.accepts(code, for: vector.message))
        #expect(!key.accepts(code, for: vector.message + [0]))
        #expect(!key.accepts(code.dropLast(), for: vector.message))
    }

    @Test func `an empty key and an empty message have a code`() {
        let expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(hex(HMACSHA256(key: []).code(of: [])) == expected)
    }

    @Test func `one key serves many threads at once`() async {
        let key = HMACSHA256(key: Array("Jefe".utf8))
        let messages = (0..<200).map { Array("message \($0)".utf8) }
        let expected = messages.map { key.code(of: $0) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { @concurrent in messages.map { key.code(of: $0) } == expected }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
