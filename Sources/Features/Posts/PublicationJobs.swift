package import Domain
package import Jobs

/// The jobs that the publication of a post has, the same for the API, which publishes at once, and the worker, which
/// publishes at the time of a schedule.
package struct PublicationJobs: Sendable {
    let producer: Producer

    package init(_ producer: Producer) {
        self.producer = producer
    }

    /// Returns the jobs of a post, to be inserted by the statement that writes it.
    /// - Parameter post: Its id, or the provisional one that the statement replaces.
    package func jobs(
        of post: PostID, _ draft: PostDraft, by author: UserID, trace: String?
    ) throws -> [OutboxJob] {
        var jobs = [try producer.outboxJob(IndexPost(post), trace: trace)]
        guard draft.visibility != .author else { return jobs }
        jobs.append(try push(post, by: author, trace: trace))
        if !Mentions(in: draft.content).isEmpty {
            jobs.append(try producer.outboxJob(NotifyMentions(in: post), trace: trace))
        }
        return jobs
    }

    /// Returns the jobs for a change of what a post is found by and of who is mentioned, or of who sees it: a text
    /// without mentions may have had some.
    func jobs(ofChanged post: PostID, _ changes: PostChanges, trace: String?) throws -> [OutboxJob] {
        guard changes.content != nil || changes.visibility != nil else { return [] }
        return [
            try producer.outboxJob(IndexPost(post), trace: trace),
            try producer.outboxJob(NotifyMentions(in: post), trace: trace),
        ]
    }

    /// Returns the job that adds a post to the timelines of its readers.
    func push(_ post: PostID, by author: UserID, trace: String?) throws -> OutboxJob {
        try producer.outboxJob(PushToTimelines(.posts, by: author, entry: post.identifier), trace: trace)
    }
}
