import Chassis
import Redis
import Testing

struct SettingsTests {
    @Test func `a URL holds address, credentials and database`() throws {
        let settings = try RedisSettings(url: "redis://app:p%40ss%2Fw%3A@cache.example:6380/3", prefix: "a:")
        #expect(settings.endpoint == .host("cache.example", port: 6380))
        #expect(settings.user == "app")
        #expect(settings.password?.exposed == "p@ss/w:")
        #expect(settings.database == 3)
        #expect(settings.key("b") == "a:b")
    }

    @Test func `omitted parts of a URL have defaults`() throws {
        let settings = try RedisSettings(url: "redis://:secret@[::1]", prefix: "")
        #expect(settings.endpoint == .host("::1", port: 6379))
        #expect(settings.user == nil)
        #expect(settings.database == 0)
        #expect(try RedisSettings(url: "redis://a/", prefix: "").password == nil)
        #expect(
            try RedisSettings(url: "unix:///run/redis.sock", prefix: "").endpoint == .socket(path: "/run/redis.sock"))
    }

    @Test func `a password does not show when settings are printed`() throws {
        let settings = try RedisSettings(url: "redis://app:hunter2@a", prefix: "")
        #expect(!"\(settings)".contains("hunter2"))
        #expect(!String(reflecting: settings).contains("hunter2"))
    }

    @Test(
        arguments: [
            ("", .scheme), ("redis:", .scheme), ("http://a", .scheme), ("rediss://a", .scheme), ("REDIS://a", .scheme),
            ("redis://", .host), ("redis:///1", .host), ("redis://:6379", .host), ("redis://a b", .character),
            ("redis://a\r\nFLUSHALL", .character), ("redis://a\u{0}", .character), ("redis://grüße", .character),
            ("redis://a%00", .host), ("redis://$(id)", .host), ("redis://[::1", .host), ("redis://[a]", .host),
            ("redis://[::1]6379", .host), ("redis://a:", .port), ("redis://a:0", .port), ("redis://a:65536", .port),
            ("redis://a:-1", .port), ("redis://a:+1", .port), ("redis://a:99999999999999999999", .port),
            ("redis://a/x", .database), ("redis://a/-1", .database), ("redis://a/1/2", .database),
            ("redis://a/0?x=1", .character), ("redis://a#b", .character), ("redis://user@a", .credentials),
            ("redis://u:@a", .credentials), ("redis://u:%zz@a", .credentials), ("redis://u:%ff@a", .credentials),
            ("redis://u:%4@a", .credentials), ("unix://run/redis.sock", .path), ("unix:///", .path),
            ("unix:///" + String(repeating: "a", count: 106), .path),
            ("redis://" + String(repeating: "a", count: 254), .host),
            ("redis://" + String(repeating: "a", count: 2050), .character),
        ] as [(String, RedisSettingsError)])
    func `an invalid URL is rejected without being repeated`(_ url: String, _ expected: RedisSettingsError) {
        #expect(throws: expected) { try RedisSettings(url: url, prefix: "") }
        #expect(url.count < 12 || !expected.description.contains(url))
    }
}
