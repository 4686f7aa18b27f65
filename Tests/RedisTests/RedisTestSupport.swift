import Chassis
import Glibc
import Redis
import TestSupport

/// A log that discards its lines.
let quiet = Log(level: .error, format: .text, to: LogSink(descriptor: open("/dev/null", O_WRONLY | O_CLOEXEC)))

/// Settings for a test's own server, with short timeouts.
func settings(_ url: String, timeout: Duration = .milliseconds(300)) throws -> RedisSettings {
    var settings = try RedisSettings(url: url, prefix: "test:")
    settings.commandTimeout = timeout
    settings.connectTimeout = timeout
    return settings
}

extension Redis {
    /// Returns the result of a command.
    func outcome(_ arguments: [RedisArgument]) async -> Result<RedisValue, RedisError> {
        do throws(RedisError) { return .success(try await command(arguments)) } catch { return .failure(error) }
    }

    /// Returns the result of a script with the argument 1.
    func outcome(_ script: RedisScript, keys: [RedisArgument]) async -> Result<RedisValue, RedisError> {
        do throws(RedisError) {
            return .success(try await run(script, keys: keys, arguments: [1]))
        } catch {
            return .failure(error)
        }
    }
}

extension RedisBlockingConnection {
    /// Returns the result of a command.
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
