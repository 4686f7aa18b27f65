import Crypto
import Testing

/// Forged tokens, most of them signed with the right secret so that only the rule under test can reject them.
@Suite struct TokenForgeryTests {
    static let header = #"{"alg":"HS256","typ":"JWT"}"#
    static let payload = #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":1900,"jti":"t","sid":"s"}"#

    let secret = SecureRandom.bytes(32)

    @Test(arguments: [
        header,
        #"{"typ":"JWT","alg":"HS256"}"#,
        " {\r\n \"typ\" : \"JWT\",\r\n \"alg\" : \"HS256\" } ",
        #"{"typ":"JWT","kid":"1","alg":"HS256","x":{"y":[1]}}"#,
    ])
    func `a header may be encoded differently`(header: String) throws {
        #expect(try verify(token(header: header)).subject == "u")
    }

    @Test(arguments: [
        #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"None","typ":"JWT"}"#, #"{"alg":"hs256","typ":"JWT"}"#,
        #"{"alg":"RS256","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"alg":"","typ":"JWT"}"#,
        #"{"alg":["HS256"],"typ":"JWT"}"#, #"{"alg":null,"typ":"JWT"}"#, #"{"typ":"JWT"}"#, #"{"alg":"HS256"}"#,
        #"{"alg":"HS256","typ":"JWE"}"#, #"{"alg":"HS256","typ":"JWT","crit":["exp"]}"#,
        #"{"alg":"none","alg":"HS256","typ":"JWT"}"#, #"{"alg":"HS256","typ":"JWT""#, "", "[]", "\"HS256\"",
        #"{"alg":"HS256","typ":"JWT","x":[[[[[1]]]]]}"#,
    ])
    func `a header of any other meaning is rejected`(header: String) {
        #expect(throws: TokenError.malformed) { try verify(token(header: header)) }
    }

    @Test func `a token without a signature is refused`() {
        let unsigned = base64(#"{"alg":"none","typ":"JWT"}"#) + "." + base64(Self.payload) + "."
        #expect(throws: TokenError.malformed) { try verify(unsigned) }
        let stripped = base64(Self.header) + "." + base64(Self.payload) + "."
        #expect(throws: TokenError.badSignature) { try verify(stripped) }
    }

    @Test(arguments: [
        #"{"exp":1900,"sid":"s","jti":"t","iat":1000,"sub":"u","type":"access","userId":"u"}"#,
        #" { "userId" : "u", "type":"access","sub":"u","iat":1000,"exp":1900,"jti":"t","sid":"s" } "#,
        #"{"aud":["a",{"b":null}],"userId":"u","type":"access","sub":"u","iat":1000,"exp":1900,"jti":"t","sid":"s"}"#,
        #"{"userId":"\u0075","type":"access","sub":"u","iat":1000,"exp":1900,"jti":"t","sid":"s","nbf":1.5}"#,
    ])
    func `claims may be in any order and beside others`(payload: String) throws {
        let claims = try verify(token(payload: payload))
        let expected = TokenClaims(
            subject: "u", type: .access, sessionID: "s", tokenID: "t", issuedAt: 1_000, expiresAt: 1_900)
        #expect(claims == expected)
    }

    @Test(arguments: [
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":"1900","jti":"t","sid":"s"}"#,
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":true,"jti":"t","sid":"s"}"#,
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":null,"jti":"t","sid":"s"}"#,
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":99999999999999999999,"jti":"t","sid":"s"}"#,
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":01900,"jti":"t","sid":"s"}"#,
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"jti":"t","sid":"s"}"#,
        #"{"userId":1,"type":"access","sub":1,"iat":1000,"exp":1900,"jti":"t","sid":"s"}"#,
        #"{"userId":"v","type":"access","sub":"u","iat":1000,"exp":1900,"jti":"t","sid":"s"}"#,
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":1,"exp":1900,"jti":"t","sid":"s"}"#,
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":1900,"jti":"t","sid":"s"}}"#,
        #"{"userId":"u","type":"access","sub":"u","iat":1000,"exp":1900,"jti":"t","sid":"s""#,
        "{}", "[]", "", "null",
    ])
    func `claims of another type, missing, duplicate or contradictory are rejected`(payload: String) {
        #expect(throws: TokenError.malformed) { try verify(token(payload: payload)) }
    }

    @Test func `an unknown type is rejected`() {
        let payload = #"{"userId":"u","type":"admin","sub":"u","iat":1000,"exp":1900,"jti":"t","sid":"s"}"#
        #expect(throws: TokenError.wrongType) { try verify(token(payload: payload)) }
    }

    @Test func `claims that are not UTF-8 are refused`() {
        var payload = Array(Self.payload.utf8)
        payload[11] = 0xFF
        let signed = base64(Self.header) + "." + base64(payload)
        #expect(throws: TokenError.malformed) { try verify(signed + "." + signature(of: signed)) }
    }

    @Test func `no byte of a token can be changed`() {
        let token = Array(token().utf8)
        for index in token.indices {
            for change in [0x01, 0x20, 0x80] as [UInt8] {
                var other = token
                other[index] ^= change
                #expect(throws: TokenError.self) { try verify(String(decoding: other, as: UTF8.self)) }
                #expect(throws: TokenError.self) {
                    try TokenSigner(secret: secret).verify(bytes: other, type: .access, now: 1_000)
                }
            }
        }
    }

    @Test func `a changed payload fails by its signature before anything of it is used`() {
        let parts = token().split(separator: ".")
        for payload in ["%%%", "e30", "e31", base64(#"{"exp":1}"#)] {
            #expect(throws: TokenError.badSignature) { try verify("\(parts[0]).\(payload).\(parts[2])") }
        }
    }

    @Test(arguments: ["", ".", "..", "...", "a.b", "a.b.c.d", "Bearer", "é.é.é", "\u{0}"])
    func `a text that is not three parts is rejected`(text: String) {
        #expect(throws: TokenError.malformed) { try verify(text) }
    }

    @Test func `padding, white space and a fourth part are refused`() {
        let token = token()
        for text in [token + "=", token + "\n", " " + token, token + ".", token + ".e30", "." + token] {
            #expect(throws: TokenError.malformed) { try verify(text) }
        }
        let signed = base64(Self.header) + "." + base64(Self.payload) + "="
        #expect(throws: TokenError.malformed) { try verify(signed + "." + signature(of: signed)) }
    }

    @Test func `a token may be 2048 bytes long and no longer`() throws {
        var filler = 1
        while token(payload: padded(filler)).utf8.count < TokenSigner.longestToken { filler += 1 }
        let longest = token(payload: padded(filler))
        try #require(longest.utf8.count == TokenSigner.longestToken)
        #expect(try verify(longest).subject == "u")
        #expect(throws: TokenError.malformed) { try verify(token(payload: padded(filler + 1))) }
        #expect(throws: TokenError.malformed) { try verify(token(payload: padded(100_000))) }
        #expect(throws: TokenError.malformed) { try verify(String(repeating: ".", count: 100_000)) }
    }

    @Test func `the example of RFC 7515 has its signature`() throws {
        let key = try #require(
            plain("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"))
        let signed = """
            eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
            cGxlLmNvbS9pc19yb290Ijp0cnVlfQ
            """
        let signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        #expect(base64(HMACSHA256(key: key).code(of: Array(signed.utf8))) == signature)

        // Its signature is valid, its claims are not.
        let signer = TokenSigner(secret: key)
        #expect(throws: TokenError.malformed) { try signer.verify(signed + "." + signature, type: .access, now: 0) }
        let other = "e" + signature.dropFirst()
        #expect(throws: TokenError.badSignature) { try signer.verify(signed + "." + other, type: .access, now: 0) }
    }

    // MARK: Forging

    private func verify(_ token: String) throws(TokenError) -> TokenClaims {
        try TokenSigner(secret: secret).verify(token, type: .access, now: 1_000)
    }

    private func token(header: String = header, payload: String = payload) -> String {
        let signed = base64(header) + "." + base64(payload)
        return signed + "." + signature(of: signed)
    }

    private func padded(_ count: Int) -> String {
        #"{"filler":""# + String(repeating: "x", count: count) + #"","# + Self.payload.dropFirst()
    }

    private func signature(of signed: String) -> String {
        base64(HMACSHA256(key: secret).code(of: Array(signed.utf8)))
    }
}
