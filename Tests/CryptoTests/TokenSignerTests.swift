import Crypto
import Testing

@Suite struct TokenSignerTests {
    let signer = TokenSigner(secret: SecureRandom.bytes(32))

    @Test func `a token holds the signed claims`() throws {
        let claims = someClaims()
        let token = signer.sign(claims)
        #expect(try signer.verify(token, type: .access, now: claims.issuedAt) == claims)
        #expect(try signer.verify(bytes: Array(token.utf8), type: .access, now: claims.issuedAt) == claims)
    }

    @Test func `a token is written member for member as clients expect it`() throws {
        let parts = signer.sign(someClaims()).split(separator: ".")
        let header = try #require(plain(parts[0]))
        let payload = try #require(plain(parts[1]))
        #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"HS256","typ":"JWT"}"#)
        let expected = """
            {"userId":"u-1","type":"access","sub":"u-1","iat":1000,"exp":1900,"jti":"t-1","sid":"s-1"}
            """
        #expect(String(decoding: payload, as: UTF8.self) == expected)
    }

    @Test func `a token expires at its expiry, not a second before`() throws {
        let token = signer.sign(someClaims())
        #expect(try signer.verify(token, type: .access, now: 1_899).expiresAt == 1_900)
        #expect(throws: TokenError.expired) { try signer.verify(token, type: .access, now: 1_900) }
        #expect(throws: TokenError.expired) { try signer.verify(token, type: .access, now: .max) }
    }

    @Test func `a token of the future is rejected beyond the allowed clock skew`() throws {
        let token = signer.sign(someClaims())
        #expect(try signer.verify(token, type: .access, now: 940).issuedAt == 1_000)
        #expect(throws: TokenError.notYetValid) { try signer.verify(token, type: .access, now: 939) }
        #expect(throws: TokenError.notYetValid) { try signer.verify(token, type: .access, now: 0) }
    }

    @Test func `a token of one type is invalid for the other`() {
        let access = signer.sign(someClaims(type: .access))
        let refresh = signer.sign(someClaims(type: .refresh))
        #expect(throws: TokenError.wrongType) { try signer.verify(access, type: .refresh, now: 1_000) }
        #expect(throws: TokenError.wrongType) { try signer.verify(refresh, type: .access, now: 1_000) }
    }

    @Test func `a token signed with another secret is refused`() {
        let token = TokenSigner(secret: SecureRandom.bytes(32)).sign(someClaims())
        #expect(throws: TokenError.badSignature) { try signer.verify(token, type: .access, now: 1_000) }
    }

    @Test func `random claims survive signing and verifying`() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet: [Character] = ["a", "-", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "é", "Ж", "😀", " ", "{", "."]
        func text() -> String {
            String((0..<Int.random(in: 0...40, using: &random)).compactMap { _ in alphabet.randomElement() })
        }
        for _ in 0..<500 {
            let end = Int.random(in: 1...Int.max)
            let claims = TokenClaims(
                subject: text(), type: TokenType.allCases.randomElement() ?? .access, sessionID: text(),
                tokenID: text(), issuedAt: .random(in: -10..<end), expiresAt: end)
            let token = signer.sign(claims)
            #expect(try signer.verify(token, type: claims.type, now: claims.expiresAt - 1) == claims)
        }
    }

    @Test func `one signer serves many threads at once`() async {
        let signer = signer
        await withTaskGroup(of: Bool.self) { group in
            for worker in 0..<8 {
                group.addTask { @concurrent in
                    (0..<200).allSatisfy { number in
                        let claims = someClaims(tokenID: "t-\(worker)-\(number)")
                        return (try? signer.verify(signer.sign(claims), type: .access, now: 1_000)) == claims
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}

/// Issued at 1000, expires at 1900.
func someClaims(type: TokenType = .access, tokenID: String = "t-1") -> TokenClaims {
    TokenClaims(
        subject: "u-1", type: type, sessionID: "s-1", tokenID: tokenID, issuedAt: 1_000, expiresAt: 1_900)
}
