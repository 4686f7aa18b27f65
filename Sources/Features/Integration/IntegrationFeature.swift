import Jobs
import Storage

/// The use cases of other services, of one event loop.
package struct IntegrationFeature: Sendable {
    package let answer: AnswerServices

    package init(_ environment: FeatureEnvironment, friends: FriendFeature) {
        answer = AnswerServices(
            friends: FriendStore(environment.database), preferences: PreferenceStore(environment.database),
            relations: friends.relations, outbox: Outbox(environment.database), producer: environment.producer)
    }
}
