/// The kinds of notifications that exist, in the order in which preferences show them.
package struct NotificationCatalog: Sendable {
    package let descriptors: [NotificationDescriptor]
    /// The preferences of all kinds, each once.
    package let settings: [NotificationPreferences.Setting]
    private let byKind: [NotificationKind: NotificationDescriptor]

    /// - Precondition: The kinds differ, and groups are found by their causes.
    package init(_ descriptors: [NotificationDescriptor]) {
        precondition(descriptors.allSatisfy(\.isFoundByCause), "the groups of a kind are not found by its cause")
        self.descriptors = descriptors
        byKind = Dictionary(uniqueKeysWithValues: descriptors.map { ($0.kind, $0) })
        var keys: Set<String> = []
        settings = descriptors.compactMap(\.preference).filter { keys.insert($0.key).inserted }
    }

    /// The descriptor of a kind; nil if this version of the program does not know it.
    package subscript(kind: NotificationKind) -> NotificationDescriptor? { byKind[kind] }

    package static let standard = NotificationCatalog(social + moderation)

    /// What users do.
    private static let social = [
        NotificationDescriptor(
            .friendRequest, preference: .friendRequests, about: .friendRequest, obsolete: .friendRequestAnswered,
            hourlyMailLimit: 5,
            english: .english("{actor} sent you a friend request"),
            russian: .russian("{actor} хочет с вами дружить")),
        NotificationDescriptor(
            .friendRequestAccepted, preference: .friendRequestAccepted, about: .friendship,
            english: .english("{actor} is now your friend"),
            russian: .russian("{actor} теперь у вас в друзьях")),
        NotificationDescriptor(
            .newMessage, .message, preference: .newMessages, about: .message, obsolete: .messageRead, grouped: .actor,
            english: .english("{actor} sent you a message", group: "{actor} sent you {count} messages"),
            russian: .russian("Новое сообщение от {actor}", group: "Новые сообщения от {actor}: {count}")),
        NotificationDescriptor(
            .achievement, preference: .achievements, about: .achievement,
            english: .english("New achievement: {title}"),
            russian: .russian("Новое достижение: {title}")),
        NotificationDescriptor(
            .postLiked, .like, preference: .likes, about: .post, obsolete: .likeEnded, grouped: .entity,
            isPerActor: true,
            english: .english(
                "{actor} liked your post", group: "{actor} liked {count} of your posts",
                others: "{actor} and {others} liked your post"),
            russian: .russian(
                "Вашей записи поставили «Нравится»: {actor}",
                others: "Вашей записи поставили «Нравится»: {actor} и ещё {others}")),
        NotificationDescriptor(
            .postCommented, .comment, preference: .comments, about: .comment, obsolete: .commentDeleted,
            hourlyMailLimit: 5, grouped: .post,
            english: .english(
                "{actor} commented on your post", group: "{actor} wrote {count} comments on your posts",
                others: "{actor} and {others} commented on your post"),
            russian: .russian(
                "Новый комментарий к вашей записи: {actor}", group: "Новые комментарии от {actor}: {count}",
                others: "Новые комментарии к вашей записи: {actor} и ещё {others}")),
        NotificationDescriptor(
            .commentReplied, .comment, preference: .comments, about: .comment, obsolete: .commentHidden,
            hourlyMailLimit: 5, grouped: .post,
            english: .english(
                "{actor} replied to your comment", group: "{actor} wrote you {count} replies",
                others: "{actor} and {others} replied to your comments"),
            russian: .russian(
                "Новый ответ на ваш комментарий: {actor}", group: "Новые ответы от {actor}: {count}",
                others: "Новые ответы на ваши комментарии: {actor} и ещё {others}")),
        NotificationDescriptor(
            .userFollowed, .follow, preference: .follows, about: .user, obsolete: .followEnded, grouped: .receiver,
            english: .english(
                "{actor} started following you", others: "{actor} and {others} started following you"),
            russian: .russian(
                "{actor} теперь среди ваших подписчиков",
                others: "Среди ваших подписчиков теперь {actor} и ещё {others}")),
        NotificationDescriptor(
            .postMentioned, .mention, preference: .mentions, about: .post, obsolete: .mentionEnded, hourlyMailLimit: 5,
            grouped: .entity,
            english: .english("{actor} mentioned you in a post", group: "{actor} mentioned you in {count} posts"),
            russian: .russian("{actor} упоминает вас в записи", group: "{actor} упоминает вас в записях: {count}")),
        NotificationDescriptor(
            .commentMentioned, .mention, preference: .mentions, about: .comment, obsolete: .mentionEnded,
            hourlyMailLimit: 5, grouped: .post,
            english: .english(
                "{actor} mentioned you in a comment", group: "{actor} mentioned you in {count} comments",
                others: "{actor} and {others} mentioned you in comments"),
            russian: .russian(
                "{actor} упоминает вас в комментарии", group: "{actor} упоминает вас в комментариях: {count}",
                others: "Вас упоминают в комментариях: {actor} и ещё {others}")),
        NotificationDescriptor(
            .announcement, preference: nil, about: .announcement,
            english: .english("{title}"), russian: .russian("{title}")),
    ]
}

extension NotificationKind {
    package static let friendRequest = NotificationKind(rawValue: "friend_request")
    package static let friendRequestAccepted = NotificationKind(rawValue: "friend_request_accepted")
    package static let newMessage = NotificationKind(rawValue: "new_message")
    package static let achievement = NotificationKind(rawValue: "achievement")
    package static let postLiked = NotificationKind(rawValue: "post_liked")
    package static let postCommented = NotificationKind(rawValue: "post_commented")
    package static let commentReplied = NotificationKind(rawValue: "comment_replied")
    package static let userFollowed = NotificationKind(rawValue: "user_followed")
    package static let postMentioned = NotificationKind(rawValue: "post_mentioned")
    package static let commentMentioned = NotificationKind(rawValue: "comment_mentioned")
    package static let announcement = NotificationKind(rawValue: "announcement")
    package static let reportActedOn = NotificationKind(rawValue: "report_acted_on")
    package static let reportDismissed = NotificationKind(rawValue: "report_dismissed")
    package static let contentRemoved = NotificationKind(rawValue: "content_removed")
    package static let accountWarned = NotificationKind(rawValue: "account_warned")
    package static let accountLimited = NotificationKind(rawValue: "account_limited")
    package static let accountSuspended = NotificationKind(rawValue: "account_suspended")
    package static let appealUpheld = NotificationKind(rawValue: "appeal_upheld")
    package static let appealReversed = NotificationKind(rawValue: "appeal_reversed")
}

/// Keys and defaults of the first four are documented in S0-86.
extension NotificationPreferences.Setting {
    package static let friendRequests = Self("friendRequests", methods: [.push, .email])
    package static let friendRequestAccepted = Self("friendRequestAccepted", methods: [.push])
    package static let newMessages = Self("newMessages", methods: [.push], onlyWhenOffline: true)
    package static let achievements = Self("achievements", methods: [.push, .email])
    package static let likes = Self("likes", methods: [.push])
    package static let comments = Self("comments", methods: [.push, .email])
    package static let follows = Self("follows", methods: [.push])
    package static let mentions = Self("mentions", methods: [.push, .email])
}
