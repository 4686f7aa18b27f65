import Chassis
import Glibc
import Redis
import TestSupport

/// A log that says nothing.
let quiet = Log(level: .error, format: .text, to: LogSink(descriptor: open("/dev/null", O_WRONLY | O_CLOEXEC)))

/// Settings for a server of the test's own, with a short patience.
func settings(_ url: String, patience: Duration = .milliseconds(300)) throws -> RedisSettings {
    var settings = try RedisSettings(url: url, prefix: "test:")
    settings.commandTimeout = patience
    settings.connectTimeout = patience
    return settings
}

extension Redis {
    /// What a command ends with.
    func outcome(_ arguments: [RedisArgument]) async -> Result<RedisValue, RedisError> {
        do throws(RedisError) { return .success(try await command(arguments)) } catch { return .failure(error) }
    }

    /// What a script ends with that gets the argument 1.
    func outcome(_ script: RedisScript, keys: [RedisArgument]) async -> Result<RedisValue, RedisError> {
        do throws(RedisError) {
            return .success(try await run(script, keys: keys, arguments: [1]))
        } catch {
            return .failure(error)
        }
    }
}

extension RedisBlockingConnection {
    /// What a command ends with.
    func outcome(
        _ arguments: [RedisArgument], blockingFor: Duration
    ) async -> Result<RedisValue, RedisError> {
        do throws(RedisError) {
            return .success(try await command(arguments, blockingFor: blockingFor))
        } catch {
            return .failure(error)
        }
    }
}
