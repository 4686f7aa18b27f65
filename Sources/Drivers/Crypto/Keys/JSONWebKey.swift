internal import Chassis
internal import FoundationEssentials

/// A public key in JWK form (RFC 7517), of one of the supported signature algorithms.
package struct JSONWebKey: Sendable {
    /// The key id (`kid`), or nil.
    package let name: String?
    package let key: PublicKey

    private struct Written: Decodable {
        let kty: String
        let kid: String?
        let use: String?
        let alg: String?
        let crv: String?
        let n: String?
        let e: String?
        let x: String?
        let y: String?
    }

    private struct Entry: Decodable {
        let key: Written?

        /// An entry of an unknown form does not invalidate the others.
        init(from decoder: any Decoder) { key = try? Written(from: decoder) }
    }

    private struct Set: Decodable {
        let keys: [Entry]
    }

    /// Returns the supported keys of a JWK set; nil if the document is no set.
    package static func keys(ofSet json: [UInt8]) -> [JSONWebKey]? {
        guard (try? JSONLimits(size: 1 << 20, depth: 16).check(json)) != nil,
            let set = try? JSONDecoder().decode(Set.self, from: Data(json))
        else { return nil }
        return set.keys.prefix(64).compactMap { $0.key.flatMap(JSONWebKey.init) }
    }

    private init?(_ written: Written) {
        guard written.use == nil || written.use == "sig" else { return nil }
        let bytes = { (text: String?) in text.flatMap { Base64URL.decode($0.utf8.span) } ?? [] }
        let made: PublicKey? =
            switch written.kty {
            case "RSA": PublicKey(modulus: bytes(written.n), exponent: bytes(written.e))
            case "EC" where written.crv == "P-256": PublicKey(x: bytes(written.x), y: bytes(written.y))
            default: nil
            }
        guard let made, written.alg == nil || written.alg == made.algorithm.rawValue else { return nil }
        name = written.kid
        key = made
    }
}
