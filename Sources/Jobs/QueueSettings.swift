package import Chassis
package import Redis

/// The settings of everything that speaks to Redis.
package enum QueueSettings {
    package static func redis(_ reader: inout SettingsReader) -> RedisSettings? {
        let prefix = reader.read(Setting("REDIS_PREFIX", default: "", "what stands before every key in Redis"))
        let url = reader.read(
            Setting("REDIS_URL", default: nil, "where Redis is, redis://… (make run brings its own)"), placeholder: "")
        guard !url.isEmpty else { return nil }
        do {
            return try RedisSettings(url: url, prefix: prefix)
        } catch {
            reader.reject("REDIS_URL is not acceptable: \(error)")
            return nil
        }
    }
}
