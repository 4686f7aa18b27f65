import Domain
import Testing

@testable import Features

@Suite struct VerifiedTokensTests {
    private func principal(_ number: UInt64) -> Principal {
        let id = Identifier(high: 0, low: number)
        return Principal(user: UserID(id), session: SessionID(id))
    }

    @Test func `a token is known until the second of its expiry, and no other token is`() {
        let tokens = VerifiedTokens()
        tokens.insert("a.b.c", principal(1), expiresAt: 100)
        tokens.insert("a.b.d", principal(2), expiresAt: 200)
        #expect(tokens.principal(of: "a.b.c", now: 99)?.user == principal(1).user)
        #expect(tokens.principal(of: "a.b.d", now: 99)?.user == principal(2).user)
        #expect(tokens.principal(of: "a.b.c", now: 100) == nil)
        for other in ["a.b.e", "a.b.", "", "a.b.c "] { #expect(tokens.principal(of: other, now: 0) == nil) }
    }

    @Test func `many tokens take no more than their share of memory`() {
        let tokens = VerifiedTokens()
        for number in 0..<10_000 { tokens.insert("\(number)", principal(UInt64(number)), expiresAt: 100) }
        let known = (0..<10_000).filter { tokens.principal(of: "\($0)", now: 0) != nil }
        #expect(known.count <= 4_096)
        #expect(known.last == 9_999)
    }
}
