import Chassis
import Domain
import Redis

/// Answers about who knows whom, kept for five minutes, or until one of the people makes or ends a friendship: each person
/// has a number that every such event moves, and an answer is good for the numbers that it was made with. Without Redis
/// nothing is kept. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class RelationCache: @unchecked Sendable {
    private static let seconds = 300
    private let redis: Redis

    init(_ redis: Redis) {
        self.redis = redis
    }

    /// Friendships of these people have changed. Told after the change is committed; a number that is lost with Redis
    /// begins anew at a moment of its own, never at one that was there before.
    func changed(_ people: [UserID]) {
        for person in people {
            redis.send(["SET", RedisArgument(number(person)), RedisArgument(Self.fresh()), "EX", 86_400])
        }
    }

    /// - Parameters:
    ///   - name: Of the question; two different ones have different names.
    ///   - people: Whose friendships the answer depends on.
    ///   - make: The answer's members, as JSON, and nil when there is none to keep.
    /// - Returns: The answer, and when it was made.
    func answer(
        _ name: String, about people: [UserID], make: () async throws -> [UInt8]
    ) async throws -> (json: [UInt8], madeAt: Timestamp) {
        let key = redis.key("relations:answer:\(name)")
        let command: [RedisArgument] = ["MGET", RedisArgument(key)] + people.map { RedisArgument(number($0)) }
        let known = (try? await redis.command(command).array) ?? []
        let numbers = known.dropFirst().map { $0.text ?? "0" }.joined(separator: ",")
        if let kept = known.first?.bytes, let answer = Self.read(kept, for: numbers) { return answer }
        let json = try await make()
        let now = Timestamp.now
        if known.count == people.count + 1 {
            redis.send([
                "SET", RedisArgument(key), RedisArgument(Array("\(numbers) \(now.microseconds) ".utf8) + json), "EX",
                RedisArgument(Self.seconds),
            ])
        }
        return (json, now)
    }

    private static func read(_ kept: [UInt8], for numbers: String) -> (json: [UInt8], madeAt: Timestamp)? {
        let parts = kept.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard parts.count == 3, String(decoding: parts[0], as: UTF8.self) == numbers,
            let microseconds = Int64(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        return (Array(parts[2]), Timestamp(microseconds: microseconds))
    }

    private func number(_ person: UserID) -> String { redis.key("relations:number:\(person)") }

    /// Never the same twice.
    private static func fresh() -> String { Identifier(unixMilliseconds: Timestamp.now.unixMilliseconds).description }
}
