package import Chassis
import Foundation

/// The servers that `make test` starts and names in the environment.
package enum TestServers {
    /// A PostgreSQL where tests may create databases.
    package static var databaseURL: Secret<String> {
        get throws { Secret(try variable("TEST_DATABASE_URL")) }
    }

    /// A Redis that belongs to the tests.
    package static var redisURL: String {
        get throws { try variable("TEST_REDIS_URL") }
    }

    /// A server that a test needs is not there.
    package struct Missing: Error, CustomStringConvertible {
        let variable: String

        package var description: String {
            "\(variable) is not set: run the tests with `make test`, which starts the servers they need"
        }
    }

    private static func variable(_ name: String) throws(Missing) -> String {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
            throw Missing(variable: name)
        }
        return value
    }
}
