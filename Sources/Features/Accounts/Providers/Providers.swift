package import Chassis
import Domain
import Web

/// An OpenID provider whose id tokens are accepted.
package struct Provider: Sendable, Equatable {
    /// The name that clients use.
    package let name: String
    /// Exactly as in the provider's tokens.
    package let issuer: String
    /// The provider's identifier of this product.
    package let clientID: String

    /// - Parameter text: `NAME=ISSUER|CLIENT_ID`.
    package init?(_ text: Substring) {
        let parts = text.split(separator: "=" as Character, maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].wholeMatch(of: /[a-z0-9\-]{1,30}/) != nil else { return nil }
        let rest = parts[1].split(separator: "|" as Character, maxSplits: 1).map(String.init)
        guard rest.count == 2, !rest[1].isEmpty, WebClient.isAllowedURL(rest[0]) else { return nil }
        name = parts[0]
        issuer = rest[0]
        clientID = rest[1]
    }

    /// Parses a setting of providers separated by spaces. Returns nil if one is malformed or a name occurs twice.
    package static func list(_ text: String) -> [Provider]? {
        let providers = text.split(separator: " ").map { Provider($0) }
        let known = providers.compactMap { $0 }
        guard known.count == providers.count, Set(known.map(\.name)).count == known.count else { return nil }
        return known
    }
}

/// The configured providers with their keys. One value for the process.
package struct Providers: Sendable {
    private let byName: [String: (provider: Provider, keys: ProviderKeys)]
    let nonces: ProviderNonce

    /// - Parameter secret: That of refresh tokens; the key of nonces is derived from it.
    package init(_ providers: [Provider], secret: [UInt8], log: Log) {
        nonces = ProviderNonce(secret: secret)
        byName = Dictionary(
            uniqueKeysWithValues: providers.map { provider in
                let pool = BlockingPool(name: "oidc", threads: 1, queueLimit: 256)
                return (provider.name, (provider, ProviderKeys(of: provider, pool: pool, log: log)))
            })
    }

    package var all: [Provider] { byName.values.map(\.provider).sorted { $0.name < $1.name } }

    /// - Throws: `provider_not_found`.
    func named(_ name: String) throws(DomainError) -> (provider: Provider, keys: ProviderKeys) {
        guard let found = byName[name] else { throw .providerNotFound }
        return found
    }
}
