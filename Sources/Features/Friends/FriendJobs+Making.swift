import Domain
import Jobs
import Storage

extension FriendJobs {
    /// What is promised of a request or its answer: that people hear of it, and that the first friendship of a life is
    /// reported (S0-79).
    /// - Parameters:
    ///   - answering: Whoever makes them friends; the other one hears of it.
    init(
        request: FriendshipID, asking: UserID, asked: UserID, answering: UserID, _ producer: Producer, _ trace: String
    ) throws {
        self.init()
        let told = answering == asked ? asking : asked
        if answering == asking {
            requested = [
                try producer.outboxJob(
                    Notify(.friendRequest, to: asked, by: asking, entity: request.identifier), trace: trace)
            ]
        }
        accepted = [
            try producer.outboxJob(
                Notify(.friendRequestAccepted, to: told, by: answering, entity: request.identifier), trace: trace)
        ]
        for (user, friend) in [(asking, asked), (asked, asking)] {
            first[user] = try producer.outboxJob(ReportFirstFriend(user: user, friend: friend), trace: trace)
        }
    }
}

extension Producer {
    /// Tells Redis of those of these jobs that were written.
    func push(_ jobs: [OutboxJob], in written: Set<JobID>) {
        for job in jobs where written.contains(job.id) { push(job) }
    }
}
