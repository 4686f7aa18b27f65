package import Chassis

/// Where Redis is, who we are there, and how patient we are.
package struct RedisSettings: Sendable {
    /// Where it listens.
    package let endpoint: RedisEndpoint
    /// Nil for the default user.
    package let user: String?
    /// Nil when the server asks for none.
    package let password: Secret<String>?
    /// The number that SELECT takes; 0 needs no SELECT.
    package let database: Int
    /// What stands before every key and channel of this installation, so that several can share one Redis.
    package var prefix: String
    /// How long connecting may take, from the first packet to the answer of INFO.
    package var connectTimeout: Duration = .seconds(2)
    /// How long a command may stay unanswered before its connection is given up.
    package var commandTimeout: Duration = .seconds(2)
    /// How many commands may wait for their answers on one connection; one more is refused at once.
    package var maximumInFlight = 100_000

    /// The name with the installation's prefix.
    package func key(_ name: String) -> String { prefix + name }
}
