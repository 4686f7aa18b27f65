internal import Chassis
internal import FoundationEssentials

/// The JOSE header (RFC 7515, section 4). There is one algorithm: a token does not choose how it is verified.
struct TokenHeader: Decodable {
    private let alg: String
    private let typ: String
    /// Extensions that must be understood; none is.
    private let crit: [String]?

    /// Base64url of the header that every token of ours begins with.
    static let ours = Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8.span)

    /// Whether an encoded header means the same as ours.
    static func accepts(_ encoded: borrowing Span<UInt8>) -> Bool {
        if constantTimeEquals(encoded, ours.utf8.span) { return true }
        guard let bytes = Base64URL.decode(encoded), (try? JSONLimits(depth: 4).check(bytes)) != nil,
            let header = try? JSONDecoder().decode(TokenHeader.self, from: Data(bytes))
        else { return false }
        return header.alg == "HS256" && header.typ == "JWT" && header.crit == nil
    }
}
