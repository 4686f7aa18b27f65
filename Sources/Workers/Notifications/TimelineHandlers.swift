import Chassis
import Domain
import Jobs
import Postgres
import Storage

/// Handles ``PushToTimelines``, ``DropTimelines``, ``ChoosePostDelivery`` and ``RenewPublicPosts``. All may run late
/// and more than once: a timeline keeps the order of its ids, and has each once.
struct TimelineHandlers: Sendable {
    /// Followers between two checkpoints.
    private static let stepSize = 5_000

    let follows: FollowStore
    let deliveries: PostDeliveryStore
    let timelines: TimelineStore
    let publicPosts: CacheStore
    let database: Database
    let producer: Producer

    /// Adds the entry to the timelines of all followers, some in each call. A user who follows the author meanwhile is
    /// left out: their timeline is dropped after that commit, and what is built then has the entry.
    @Sendable func push(_ job: PushToTimelines, _ context: JobContext) async throws -> Completion {
        guard let kind = TimelineKind(rawValue: job.timeline) else {
            throw JobError.unsupported(reason: "there is no timeline of \(job.timeline)")
        }
        var fan = FanOut(context, database: database, producer: producer)
        var last = fan.checkpoint.flatMap { FollowID($0) }
        var count = 0
        if kind.includesAuthor, last == nil { try await timelines.push(job.entry, to: [job.author], kind) }
        // For an API that dies before it does the same.
        if kind == .posts, last == nil { try await publicPosts.renew() }
        while true {
            try Task.checkCancellation()
            let limit = TimelineStore.pushLimit
            let followers = try await follows.followers(
                of: job.author, before: last, limit: limit, toPushPosts: kind == .posts)
            try await timelines.push(job.entry, to: followers.map(\.user), kind)
            guard followers.count == limit, let oldest = followers.last?.follow else { break }
            last = oldest
            count += limit
            if count.isMultiple(of: Self.stepSize) {
                try await fan.step([PushToTimelines](), checkpoint: oldest.description)
                context.report("\(count) followers")
            }
        }
        return .finished
    }

    /// Completes what the author's number of followers asks for; again from the beginning if it is interrupted.
    /// Timelines are dropped before their readers stop to pull, while new posts are pushed already: none is missing in
    /// between.
    @Sendable func chooseDelivery(_ job: ChoosePostDelivery, _ context: JobContext) async throws -> Completion {
        switch try await deliveries.choose(for: job.author) {
        case .pull:
            var last: FollowID?
            repeat {
                try Task.checkCancellation()
                last = try await deliveries.pull(job.author, before: last)
            } while last != nil
        case .push:
            while true {
                try Task.checkCancellation()
                let followers = try await deliveries.pulling(job.author, limit: TimelineStore.pushLimit)
                try await timelines.drop(of: followers)
                if try await deliveries.push(job.author, to: followers) { break }
            }
        case nil: break
        }
        return .finished
    }

    @Sendable func renewPublicPosts(_ job: RenewPublicPosts, _ context: JobContext) async throws -> Completion {
        try await publicPosts.renew()
        return .finished
    }

    @Sendable func drop(_ job: DropTimelines, _ context: JobContext) async throws -> Completion {
        try await timelines.drop(of: job.reader)
        return .finished
    }
}
