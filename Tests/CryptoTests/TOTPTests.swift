import Crypto
import Testing

@Suite struct TOTPTests {
    /// RFC 6238, appendix B, SHA-1. The appendix has eight digits; a code of six is their end (RFC 4226, section 5.3).
    @Test(arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
    func `codes are those of RFC 6238`(time: Int, code: String) {
        let totp = TOTP(secret: Array("12345678901234567890".utf8))
        #expect(totp.code(of: TOTP.step(at: time)) == String(code.suffix(6)))
        #expect(totp.step(of: String(code.suffix(6)), at: time) == time / 30)
    }

    /// RFC 4226, appendix D.
    @Test func `codes of the first steps are those of RFC 4226`() {
        let totp = TOTP(secret: Array("12345678901234567890".utf8))
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map { totp.code(of: $0) } == codes)
    }

    @Test func `a code is accepted one step early and late, and no further`() {
        let totp = TOTP(secret: Array(1...20))
        let (now, step) = (1_800_000_015, 60_000_000)
        for distance in -4...4 {
            let found = totp.step(of: totp.code(of: step + distance), at: now)
            #expect(found == (abs(distance) <= 1 ? step + distance : nil), "\(distance)")
        }
        // The first second of a step, and the last.
        for second in [1_800_000_000, 1_800_000_029] { #expect(totp.step(of: totp.code(of: step), at: second) == step) }
        #expect(totp.step(of: totp.code(of: step - 1), at: 1_800_000_030) == nil)
        for wrong in ["", "1", "12345", "1234567", "abcdef", "١٢٣٤٥٦"] { #expect(totp.step(of: wrong, at: now) == nil) }
        #expect(totp.step(of: totp.code(of: 0), at: 0) == 0)
    }

    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `base 32 is that of RFC 4648 without padding`(text: String, encoded: String) {
        #expect(Base32.encode(Array(text.utf8).span) == encoded)
        #expect(Base32.isEncoded(encoded) && !Base32.isEncoded(encoded + "1"))
    }
}

@Suite struct SealingKeyTests {
    private let key = SealingKey(secret: Array("a secret of the service".utf8), purpose: "tests")

    @Test func `what is sealed is opened for its owner alone`() throws {
        let sealed = key.seal([1, 2, 3], for: "ada")
        #expect(key.open(sealed, for: "ada") == [1, 2, 3])
        #expect(key.open(sealed, for: "bob") == nil)
        #expect(SealingKey(secret: Array("another secret".utf8), purpose: "tests").open(sealed, for: "ada") == nil)
        #expect(
            SealingKey(secret: Array("a secret of the service".utf8), purpose: "other").open(sealed, for: "ada") == nil)
        #expect(key.open(key.seal([], for: "ada"), for: "ada") == [])
    }

    @Test func `every changed or missing byte is noticed, and no two sealings are equal`() {
        let sealed = key.seal(Array(1...20), for: "ada")
        #expect(sealed != key.seal(Array(1...20), for: "ada"))
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(key.open(changed, for: "ada") == nil)
            #expect(key.open(Array(sealed[..<index]), for: "ada") == nil)
        }
    }
}
