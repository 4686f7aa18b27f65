import Domain
import Foundation
import Jobs
import Testing

/// Kinds that write their JSON themselves write what they read.
@Suite struct PayloadTests {
    private let ids = (1...3).map { Identifier(unixMilliseconds: $0) }

    @Test func `a job that writes its own JSON is read as it was`() throws {
        let (ada, bob) = (UserID(ids[0]), UserID(ids[1]))
        for job in [
            Notify(.friendRequest, to: ada, by: bob, entity: ids[2]),
            Notify(.achievement, to: ada, by: nil, entity: ids[2], title: #"First "friend" \ друг"#),
        ] {
            #expect(try Notify(payload: job.payload()) == job)
            let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(job)) as? NSDictionary
            #expect(try JSONSerialization.jsonObject(with: Data(job.payload())) as? NSDictionary == encoded)
        }
        let report = ReportFirstFriend(user: ada, friend: bob)
        #expect(try ReportFirstFriend(payload: report.payload()) == report)
    }
}
