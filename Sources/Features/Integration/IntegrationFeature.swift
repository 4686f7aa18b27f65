import Jobs
import Storage

/// The use cases of other services, of one event loop.
package struct IntegrationFeature: Sendable {
    package let answer: AnswerServices

    package init(_ environment: FeatureEnvironment) {
        answer = AnswerServices(
            friends: FriendStore(environment.database), preferences: PreferenceStore(environment.database),
            filter: RelationFilter(environment.database), relations: RelationCache(environment.redis),
            outbox: Outbox(environment.database), producer: environment.producer)
    }
}
