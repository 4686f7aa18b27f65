import Crypto
import Testing

/// The keys and signatures are those of RFC 7515, appendices A.2 and A.3.
@Suite struct IdentityTokenTests {
    private static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    private static let set = """
        {"keys":[{"kty":"RSA","kid":"r","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2\
        mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA\
        9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethF\
        kMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"},
        {"kty":"EC","kid":"e","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"},
        {"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"oct","k":"AAAA"},{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"},{},"x"]}
        """
    private static let rsaSignature = """
        cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZ\
        cAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-e\
        OkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw
        """
    private static let ecSignature =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

    private let keys = JSONWebKey.keys(ofSet: Array(set.utf8)) ?? []

    @Test func `supported keys of a set are read, and others skipped`() {
        #expect(keys.map(\.name) == ["r", "e"])
        #expect(keys.map(\.key.algorithm) == [.rs256, .es256])
        #expect(JSONWebKey.keys(ofSet: Array("[]".utf8)) == nil)
        #expect(JSONWebKey.keys(ofSet: Array("{".utf8)) == nil)
    }

    @Test func `the signatures of the standard's examples are verified`() throws {
        for (header, signature) in [
            ("eyJhbGciOiJSUzI1NiJ9", Self.rsaSignature), ("eyJhbGciOiJFUzI1NiJ9", Self.ecSignature),
        ] {
            let token = try IdentityToken("\(header).\(Self.payload).\(signature)")
            // The signature is valid, but the example is no ID token.
            #expect(throws: TokenError.malformed) { try claims(token) }
            let last = signature.last == "A" ? "E" : "A"
            let other = "\(header).\(Self.payload).\(signature.dropLast(4))\(last)AAA"
            #expect(throws: TokenError.badSignature) { try claims(try IdentityToken(other)) }
        }
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"HS256"}"#, #"{"alg":"RS512"}"#, #"{"alg":"rs256"}"#, "{}", "[]",
        #"{"alg":"RS256","crit":["exp"]}"#, #"{"alg":"none","alg":"RS256"}"#,
    ])
    func `another algorithm is rejected before any key is used`(header: String) {
        #expect(throws: TokenError.malformed) {
            try IdentityToken("\(base64(header)).\(Self.payload).\(Self.rsaSignature)")
        }
    }

    @Test(arguments: ["", ".", "..", "a.b.c", "a.b", String(repeating: "A", count: 20_000)])
    func `an invalid token is rejected`(text: String) {
        #expect(throws: TokenError.malformed) { try IdentityToken(text) }
    }

    private func claims(_ token: IdentityToken) throws(TokenError) {
        _ = try token.claims(verifiedBy: keys.map(\.key), issuer: "joe", audience: "us", now: 1_300_819_000)
    }
}
