package import Domain

/// Jobs that are promised if something comes of a request, and else not.
package struct FriendJobs: Sendable {
    /// When the request waits for an answer.
    package var requested: [OutboxJob] = []
    /// When they become friends.
    package var accepted: [OutboxJob] = []
    /// When it is somebody's first friendship.
    package var first: [UserID: OutboxJob] = [:]

    package init() {}

    package var all: [OutboxJob] { requested + accepted + first.values }

    /// As `request_friend` and `accept_friend` take them.
    var json: [UInt8] {
        var json = Array(#"{"requested":"#.utf8) + requested.records
        json += Array(#","accepted":"#.utf8) + accepted.records
        json += Array(#","first":{"#.utf8)
        for (index, entry) in first.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json += Array("\"\(entry.key)\":".utf8) + entry.value.record
        }
        return json + Array("}}".utf8)
    }
}
