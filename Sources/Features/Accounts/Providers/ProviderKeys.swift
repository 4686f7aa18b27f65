import Chassis
import Crypto
import FoundationEssentials
import Synchronization
import Web

/// A cache of a provider's signing keys, fetched from its discovery document (OpenID Connect Discovery 1.0, section 4)
/// and kept for an hour. A token with an unknown key refreshes them, at most every ten seconds, because a client can
/// invent key names.
final class ProviderKeys: Sendable {
    /// The provider cannot be reached and no keys are cached.
    struct Unavailable: Error {}

    private struct State {
        var keys: [JSONWebKey] = []
        var fetchedAt: UInt64?
    }

    private static let lifetime: UInt64 = 3_600_000_000_000
    private static let refreshInterval: UInt64 = 10_000_000_000
    private let provider: Provider
    private let client = WebClient()
    private let pool: BlockingPool
    private let log: Log
    private let state = Mutex(State())

    /// - Parameter pool: Of one thread, so that one of several concurrent misses fetches the keys.
    init(of provider: Provider, pool: BlockingPool, log: Log) {
        self.provider = provider
        self.pool = pool
        self.log = log
    }

    /// Returns the keys that may have signed a token.
    /// - Parameter name: The `kid` of the token.
    /// - Throws: ``Unavailable``, `BlockingPool.Overloaded`.
    func candidates(_ name: String?) async throws -> [PublicKey] {
        if let known = fresh(name) { return known }
        return try await pool.run { [self] in
            // An earlier job of the queue may have fetched them.
            if let known = fresh(name) { return known }
            try fetch()
            return state.withLock { Self.choose(name, $0.keys) }
        }
    }

    /// Returns nil if the keys must be fetched again.
    private func fresh(_ name: String?) -> [PublicKey]? {
        state.withLock { state in
            guard let fetchedAt = state.fetchedAt else { return nil }
            let age = monotonicNanoseconds() - fetchedAt
            let found = Self.choose(name, state.keys)
            return age < (found.isEmpty ? Self.refreshInterval : Self.lifetime) ? found : nil
        }
    }

    private static func choose(_ name: String?, _ keys: [JSONWebKey]) -> [PublicKey] {
        guard let name else { return keys.map(\.key) }
        return keys.filter { $0.name == name }.map(\.key)
    }

    private struct Discovery: Decodable {
        let issuer: String
        let keys: String

        private enum CodingKeys: String, CodingKey {
            case issuer
            case keys = "jwks_uri"
        }
    }

    /// Keeps the cached keys if the provider cannot be reached.
    private func fetch() throws {
        do {
            let base = provider.issuer.hasSuffix("/") ? provider.issuer : provider.issuer + "/"
            let place = base + ".well-known/openid-configuration"
            let document = try client.get(place, limit: 1 << 18)
            try JSONLimits(size: 1 << 18).check(document)
            let discovery = try JSONDecoder().decode(Discovery.self, from: Data(document))
            guard discovery.issuer == provider.issuer,
                let keys = JSONWebKey.keys(ofSet: try client.get(discovery.keys, limit: 1 << 20))
            else { throw Unavailable() }
            state.withLock { $0 = State(keys: keys, fetchedAt: monotonicNanoseconds()) }
        } catch {
            log.warning("provider keys unavailable", ["provider": .text(provider.name), "error": "\(error)"])
            let isKnown = state.withLock { state in
                if !state.keys.isEmpty { state.fetchedAt = monotonicNanoseconds() }
                return !state.keys.isEmpty
            }
            if !isKnown { throw Unavailable() }
        }
    }
}
