import HTTP

/// The address that a request comes from.
struct ClientAddress: Sendable {
    /// As it is shown and stored.
    let text: String
    /// The key under which limits count it.
    let limitKey: String

    init(_ text: String) {
        self.text = text
        limitKey = text.contains(":") ? IPAddress(text)?.limitKey ?? text : text
    }
}

/// The proxies whose `X-Forwarded-For` header is trusted. From any other peer the header is ignored: a client can send
/// it.
struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    /// Trusts no peer.
    static let none = TrustedProxies(networks: [])

    private init(networks: [IPNetwork]) { self.networks = networks }

    /// - Parameter text: Addresses and networks, separated by commas. Returns nil if one is malformed.
    init?(_ text: String) {
        let networks = text.split(separator: ",").map { IPNetwork($0.filter { $0 != " " }) }
        guard !networks.contains(where: { $0 == nil }) else { return nil }
        self.networks = networks.compactMap { $0 }
    }

    /// Returns the client's address: the last one in the chain that is no trusted proxy.
    func address(of request: Request) -> ClientAddress {
        guard !networks.isEmpty, isTrusted(request.peer) else { return ClientAddress(request.peer) }
        var client = request.peer
        for hop in request.head.headers("x-forwarded-for").joined(separator: ",").split(separator: ",").reversed() {
            let address = String(hop.filter { $0 != " " && $0 != "\t" })
            guard IPAddress(address) != nil else { break }
            client = address
            guard isTrusted(address) else { break }
        }
        return ClientAddress(client)
    }

    /// Whether an address is that of a trusted proxy.
    @Sendable func isTrusted(_ text: String) -> Bool {
        guard let address = IPAddress(text) else { return false }
        return networks.contains { $0.contains(address) }
    }
}
