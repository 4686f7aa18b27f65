import HTTP

/// The machines that are believed when they say in `X-Forwarded-For` who has asked them. Nobody else is: anyone can send
/// that header.
struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    /// Nobody.
    static let none = TrustedProxies(networks: [])

    private init(networks: [IPNetwork]) { self.networks = networks }

    /// - Parameter text: Addresses and networks, separated by commas. Nil when one of them is none.
    init?(_ text: String) {
        let networks = text.split(separator: ",").map { IPNetwork($0.filter { $0 != " " }) }
        guard !networks.contains(where: { $0 == nil }) else { return nil }
        self.networks = networks.compactMap { $0 }
    }

    /// The client's address: the last one in the chain that is none of the proxies'.
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

    private func isTrusted(_ text: String) -> Bool {
        guard let address = IPAddress(text) else { return false }
        return networks.contains { $0.contains(address) }
    }
}
