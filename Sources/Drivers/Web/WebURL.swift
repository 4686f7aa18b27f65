import Glibc

/// An absolute `https` or `http` URL. The grammar is narrower than RFC 3986, so that this check and libcurl cannot read
/// one text differently: no user information, fragment, white space or backslash; an IPv4 address only in its canonical
/// form; a port from 1 to 65,535.
package struct WebURL: Sendable, Equatable {
    package let text: String
    /// Whether the scheme is `https`.
    package let isSecure: Bool
    /// In lower case, without the brackets of an IPv6 address.
    package let host: String
    /// The default port of the scheme if the URL names none.
    package let port: Int
    /// Nil if the host is a name.
    let address: NetworkAddress?

    /// Returns nil for a text that is no such URL.
    package init?(_ text: String) {
        guard text.utf8.count <= 2_048,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") }),
            let match = text.wholeMatch(
                of: /(https?):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._\-]+))(?::([0-9]{1,5}))?(?:[\/?].*)?/)
        else { return nil }
        self.text = text
        isSecure = match.1 == "https"
        if let literal = match.2 {
            guard let address = NetworkAddress(String(literal)) else { return nil }
            (self.address, host) = (address, literal.lowercased())
        } else {
            host = (match.3 ?? "").lowercased()
            guard Self.isName(host) else { return nil }
            address = NetworkAddress(host)
            // Such as 127.1, 0x7f.0.0.1 or 2130706433, which resolvers take for addresses.
            let last = host.split(separator: ".").last ?? ""
            guard address != nil || !last.allSatisfy(\.isNumber) && !last.hasPrefix("0x") else { return nil }
        }
        let port = match.4.map { Int($0) ?? 0 } ?? (isSecure ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        self.port = port
    }

    /// The host with its port, the key under which deliveries to it are counted: `push.example:443`.
    package var hostAndPort: String { "\(address == nil || !host.contains(":") ? host : "[\(host)]"):\(port)" }

    /// Scheme, host and, unless it is the default, port (RFC 6454): `https://push.example`.
    package var origin: String {
        let authority = address == nil || !host.contains(":") ? host : "[\(host)]"
        let isDefault = port == (isSecure ? 443 : 80)
        return "\(isSecure ? "https" : "http")://\(authority)\(isDefault ? "" : ":\(port)")"
    }

    /// Whether the host is this machine: `localhost` or a loopback address.
    var isLoopback: Bool { address.map(\.isLoopback) ?? (host == "localhost") }

    /// Labels of 1 to 63 letters, digits, `-` and `_`, 253 characters at most.
    private static func isName(_ host: String) -> Bool {
        host.utf8.count <= 253
            && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            }
    }
}

/// Which hosts a client may connect to. It is checked on the URL, and again on the address that a connection is opened
/// to, so that a name that resolves differently the second time changes nothing (DNS rebinding).
package enum WebDestinations: Sendable {
    /// For URLs in settings: `https` anywhere, `http` on this machine.
    case configured
    /// For URLs that users name (SSRF): `https`, port 443 or one without privileges, and public addresses only; none of
    /// this machine.
    case `public`
    /// The same, and this machine's loopback addresses by either scheme: for tests and tools.
    case publicOrLoopback

    /// Returns the destinations of the URLs that users name.
    package static func named(acceptsLoopback: Bool) -> WebDestinations {
        acceptsLoopback ? .publicOrLoopback : .public
    }

    /// Whether a URL may be requested, as far as its text says.
    package func allow(_ url: WebURL) -> Bool {
        switch self {
        case .configured: return url.isSecure || url.isLoopback
        case .publicOrLoopback where url.isLoopback: return true
        case .public, .publicOrLoopback:
            // Other ports below 1,024 belong to protocols that a request must not reach, such as SMTP.
            guard url.isSecure, url.port == 443 || url.port >= 1_024 else { return false }
            return url.address.map(\.isPublic) ?? (url.host != "localhost" && !url.host.hasSuffix(".localhost"))
        }
    }

    /// Whether a connection to an address may be opened.
    func allow(_ address: NetworkAddress) -> Bool {
        switch self {
        case .configured: true
        case .publicOrLoopback where address.isLoopback: true
        case .public, .publicOrLoopback: address.isPublic && !NetworkAddress.own.contains(address)
        }
    }
}
