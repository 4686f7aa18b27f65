import Crypto
import Testing

@Suite struct EmailTokenSignerTests {
    let signer = EmailTokenSigner(secret: Array(repeating: 7, count: 32))

    @Test func `a token yields its id, for one purpose and under one secret`() throws {
        let token = signer.sign(0x0190_AABB_CCDD_7EEF, 0x8000_0000_0000_0001, for: "reset")
        #expect(token.wholeMatch(of: /[A-Za-z0-9_-]{54}/) != nil)
        let id = try #require(signer.verify(token, for: "reset"))
        #expect(id == (0x0190_AABB_CCDD_7EEF, 0x8000_0000_0000_0001))
        #expect(signer.verify(token, for: "verify") == nil)
        #expect(EmailTokenSigner(secret: Array(repeating: 8, count: 32)).verify(token, for: "reset") == nil)
        #expect(signer.sign(1, 2, for: "reset") == signer.sign(1, 2, for: "reset"))
        #expect(signer.sign(1, 2, for: "reset") != signer.sign(2, 1, for: "reset"))
    }

    @Test func `every change of a token is detected`() {
        let token = Array(signer.sign(1, 2, for: "reset"))
        for index in token.indices {
            var other = token
            other[index] = other[index] == "A" ? "B" : "A"
            #expect(signer.verify(String(other), for: "reset") == nil, "\(index)")
        }
        for wrong in ["", "A", String(token.dropLast()), String(token) + "A", String(repeating: "A", count: 5_000)] {
            #expect(signer.verify(wrong, for: "reset") == nil)
        }
    }
}
