import Foundation
import TestSupport
import Testing

/// Profiles: `/users`, `/social/profile`.
extension DocumentedResponses {
    private static let profile = "/users/{id}/profile"
    private static let byName = "/users/username/{username}"
    private static let publicProfiles = ["/users/{username}/public", "/social/profile/{username}"]
    private static let files = ["/users/{username}/tracks", "/users/{username}/audio-files"]

    mutating func useProfiles() async throws {
        let owner = users[0]
        try await owner.replaceAvatar(Picture.jpeg, at: product.client)
        for (kind, fields) in [("track", [:]), ("cover", ["type": "profile"]), ("file", [:])] {
            let bytes = kind == "cover" ? Picture.jpeg : Self.wave
            #expect(try await owner.upload(kind, bytes, called: "a file", fields, to: product.client).status == 200)
        }
        try await updateProfiles(owner)
        try await readProfiles(owner)
        try await listProfiles()
        try await makePrivate(owner)
    }

    private mutating func updateProfiles(_ owner: TestUser) async throws {
        let (path, id) = (Self.profile, owner.id)
        for change in [
            """
            {"displayName":"John Doe Updated","bio":"Updated bio","location":"Saint Petersburg, Russia",
             "genres":["rock","jazz","blues"],"instruments":["guitar"],
             "socialLinks":{"youtube":"https://youtube.com/@newchannel","vk":"https://vk.com/newprofile"},
             "preferences":{"emailNotifications":false,"showOnlineStatus":true,"privateProfile":false}}
            """,
            #"{"bio":null,"instruments":null,"socialLinks":{"telegram":"@johndoe","vk":null}}"#,
            #"{"preferences":{"emailNotifications":true}}"#, "{}",
        ] { try await expect(200, "PUT", path, id, json: change, as: owner) }
        for change in [#"{"displayName":"","genres":"rock"}"#, #"{"socialLinks":{"vk":"javascript:alert(1)"}}"#, "["] {
            try await expect(400, "PUT", path, id, json: change, as: owner)
        }
        try await expect(400, "PUT", path, "no-id", json: "{}", as: owner)
        try await expect(401, "PUT", path, id, json: "{}", as: nil)
        try await expect(403, "PUT", path, id, json: "{}", as: users[1])
        try await expect(404, "PUT", path, users[7].id, json: #"{"bio":"new"}"#, as: users[7])
        try await expectBodyRefusals("PUT", path, id, as: owner)
    }

    private mutating func readProfiles(_ owner: TestUser) async throws {
        let reads =
            [(Self.profile, owner.id, unknownID)]
            + (Self.publicProfiles + Self.files + [Self.byName]).map { ($0, owner.username, "nobody.here") }
        for (template, known, unknown) in reads {
            for user in [nil, users[1], owner] { try await expect(200, "GET", template, known, as: user) }
            try await expect(404, "GET", template, unknown, as: nil)
            try await expect(400, "GET", template, "%zz", as: nil)
        }
        try await expect(400, "GET", Self.profile, "no-id", as: nil)
        for template in Self.publicProfiles {
            let viewer = "?viewerId=\(users[1].id)"
            try await expect(200, "GET", template, owner.username, query: viewer, as: nil)
            try await expect(400, "GET", template, owner.username, query: "?viewerId=x", as: nil)
        }
        for template in Self.files {
            let list = try await expect(200, "GET", template, owner.username, as: nil).json
            let count = (list["data"].array ?? list["audioFiles"].array)?.count
            #expect(count == (template.hasSuffix("tracks") ? 1 : 2))
        }
    }

    private mutating func listProfiles() async throws {
        let all = try await expect(200, "GET", "/users", query: "?excludeUserId=\(users[1].id)", as: nil)
        #expect(all.headers["link"] == nil)
        let page = try await expect(200, "GET", "/users", query: "?limit=1", as: users[1])
        #expect(page.headers["link"] != nil)
        for query in ["?limit=0", "?excludeUserId=x", "?cursor=x"] {
            try await expect(400, "GET", "/users", query: query, as: nil)
        }
    }

    /// What a stranger is shown of a private profile is documented, too.
    private mutating func makePrivate(_ owner: TestUser) async throws {
        func setting(_ isPrivate: Bool) -> String { #"{"preferences":{"privateProfile":\#(isPrivate)}}"# }
        try await expect(200, "PUT", Self.profile, owner.id, json: setting(true), as: owner)
        try await expect(200, "GET", Self.profile, owner.id, as: users[1])
        for template in Self.publicProfiles + Self.files {
            try await expect(200, "GET", template, owner.username, as: users[1])
        }
        try await expect(200, "PUT", Self.profile, owner.id, json: setting(false), as: owner)
    }
}
