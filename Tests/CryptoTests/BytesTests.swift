import Crypto
import Testing

@Suite struct BytesTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base 64 is that of RFC 4648 without padding`(text: String, encoded: String) {
        #expect(base64(text) == encoded)
        #expect(plain(encoded) == Array(text.utf8))
    }

    @Test func `base 64 uses the alphabet for URLs`() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xBF]
        #expect(base64(bytes) == "-_-_")
        #expect(plain("-_-_") == bytes)
    }

    @Test(arguments: [
        "Z", "Zm9vY", "Zg==", "Zm8=", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9\u{0}", "Zm9é", "Zh", "Zm9", "Zm9vYh",
    ])
    func `base 64 with padding, invalid bytes or unused bits is rejected`(text: String) {
        #expect(plain(text) == nil)
    }

    @Test func `random bytes of every length survive base 64`() {
        for count in 0..<200 {
            let bytes = SecureRandom.bytes(count)
            #expect(plain(base64(bytes)) == bytes)
        }
    }

    @Test func `hex is lower case`() {
        #expect(hex([0x00, 0x0F, 0xA5, 0xFF]) == "000fa5ff")
    }

    @Test func `random bytes have the requested length and differ`() {
        #expect(SecureRandom.bytes(0).isEmpty)
        let drawn = (0..<1_000).map { _ in SecureRandom.bytes(16) }
        #expect(drawn.allSatisfy { $0.count == 16 })
        #expect(Set(drawn).count == 1_000)
    }

    @Test func `comparison in constant time finds every difference`() {
        let bytes = SecureRandom.bytes(40)
        #expect(areEqual(bytes, bytes))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(!areEqual(bytes, other))
        }
        #expect(!areEqual(bytes, bytes.dropLast()))
        #expect(areEqual([], []))
    }
}
