/// The address of a store as a log may show it: without user, password and parameters.
package struct StoreAddress: Sendable, CustomStringConvertible {
    package let description: String

    /// Reads `scheme://[user:password@]host[:port][/path][?parameters]`.
    package init(url: String) {
        guard let separator = url.firstRange(of: "://") else {
            description = "an address without a scheme"
            return
        }
        let scheme = url[..<separator.upperBound]
        let rest = url[separator.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let tail = rest[authority.endIndex...]
        // An unescaped "/", "?" or "#" in a password ends the authority early: then nothing behind the scheme is known
        // to be no secret.
        guard !tail.contains("@") else {
            description = "\(scheme)…"
            return
        }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        // The host of a URL of PostgreSQL may be the folder of a socket.
        let place = host.replacing("%2F", with: "/")
        description = "\(scheme)\(place)\(tail.prefix { !"?#".contains($0) })"
    }

    /// Takes a text that holds no secret.
    package init(_ text: String) {
        description = text
    }
}

extension Log {
    /// Logs at the start of a process where one of its stores is.
    /// - Parameter name: Such as `PostgreSQL`.
    package func store(_ name: String, at address: StoreAddress) {
        info("using store", ["store": .text(name), "address": .text(address.description)])
    }
}
