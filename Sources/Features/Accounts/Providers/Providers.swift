import Chassis

/// All providers that are configured, with their keys. One for the process.
struct Providers: Sendable {
    private let byName: [String: (provider: Provider, keys: ProviderKeys)]
    let nonces: ProviderNonce

    init(_ providers: [Provider], secret: [UInt8], log: Log) {
        nonces = ProviderNonce(secret: secret)
        byName = Dictionary(
            uniqueKeysWithValues: providers.map { provider in
                let pool = BlockingPool(name: "oidc", threads: 1, queueLimit: 256)
                return (provider.name, (provider, ProviderKeys(of: provider, pool: pool, log: log)))
            })
    }

    var all: [Provider] { byName.values.map(\.provider).sorted { $0.name < $1.name } }

    /// - Throws: ``AccountRefusal/providerUnknown``.
    func named(_ name: String) throws(AccountRefusal) -> (provider: Provider, keys: ProviderKeys) {
        guard let found = byName[name] else { throw .providerUnknown }
        return found
    }
}
