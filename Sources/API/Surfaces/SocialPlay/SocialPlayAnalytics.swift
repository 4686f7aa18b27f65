import Chassis
import Domain
import Features
import HTTP

/// `/api/v1/analytics` of SocialPlay (S2-174): `{from, to, countedUntil, days}`, a day for each of the period.
struct SocialPlayAnalytics: Sendable {
    let read: ReadAnalytics
    let responses: SocialPlayResponses

    @Sendable func own(_ request: Request, by caller: Caller) async throws -> Response {
        report(try await read.own(try Self.period(request), by: caller)) { day, counts in
            day.member("posts", counts.posts)
            day.member("comments", counts.comments)
            day.member("likes", counts.likes)
            day.member("likesReceived", counts.likesReceived)
            day.member("commentsReceived", counts.commentsReceived)
            day.member("newFollowers", counts.followers)
            day.member("newFollowing", counts.follows)
            day.member("messagesSent", counts.messages)
            day.member("mediaUploaded", counts.media)
        }
    }

    @Sendable func all(_ request: Request, by caller: Caller) async throws -> Response {
        report(try await read.all(try Self.period(request), by: caller)) { day, counts in
            day.member("registrations", counts.registrations)
            day.member("activeUsers", counts.activeUsers)
            day.member("posts", counts.posts)
            day.member("comments", counts.comments)
            day.member("likes", counts.likes)
            day.member("follows", counts.follows)
            day.member("messages", counts.messages)
            day.member("media", counts.media)
        }
    }

    private static func period(_ request: Request) throws(DomainError) -> ReportPeriod {
        try ReportPeriod(from: request.query("from"), to: request.query("to"))
    }

    private func report<Counts>(
        _ report: DailyReport<Counts>, _ write: (inout JSONWriter, Counts) -> Void
    ) -> Response {
        responses.object { body in
            body.member("from", report.period.first.description)
            body.member("to", report.period.last.description)
            body.member("countedUntil", report.countedUntil, .milliseconds)
            body.member("days", array: report.days) { days, entry in
                days.object { day in
                    day.member("day", entry.day.description)
                    write(&day, entry.counts)
                }
            }
        }
    }
}
