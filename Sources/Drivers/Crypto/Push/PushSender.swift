internal import Chassis

/// Who sends pushes to browsers: a key that their push services know us by (RFC 8292, VAPID).
package struct PushSender: Sendable {
    private static let seconds = 12 * 3_600
    private let pair: KeyPair
    private let contact: String

    /// - Parameter contact: A `mailto:` or `https:` address of whoever runs this.
    package init(pair: KeyPair, contact: String) {
        self.pair = pair
        self.contact = contact
    }

    /// What a page asks its browser's push service with, in base64url.
    package var publicKey: String {
        let point = pair.publicPoint
        return Base64URL.encode(point.span)
    }

    /// The value of `Authorization` for a request to a push service.
    /// - Parameters:
    ///   - origin: Scheme, host and port of the service.
    ///   - now: Seconds since 1970.
    package func authorization(for origin: String, now: Int) -> String {
        var claims = JSONWriter()
        claims.object { object in
            object.member("aud", origin)
            object.member("exp", now + Self.seconds)
            object.member("sub", contact)
        }
        let head = Base64URL.encode(#"{"typ":"JWT","alg":"ES256"}"#.utf8.span)
        let signed = "\(head).\(Base64URL.encode(claims.bytes.span))"
        let signature = pair.sign(Array(signed.utf8))
        return "vapid t=\(signed).\(Base64URL.encode(signature.span)), k=\(publicKey)"
    }
}
