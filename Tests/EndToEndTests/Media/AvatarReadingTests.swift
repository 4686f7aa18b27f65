import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-65, S1-70.
    struct AvatarReadingTests {
        let product = Product.current

        @Test(arguments: [
            ("?size=256", WebPSize(256, 256)), ("?size=512", WebPSize(512, 512)), ("", WebPSize(1_200, 600)),
            ("?size=1200", WebPSize(1_200, 600)),
        ])
        func `an avatar is served in the requested size`(query: String, size: WebPSize) async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.png(1_600, 800), at: product.client)
            let answer = try await product.client.get("/media/avatar/\(user.id)\(query)")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "image/webp")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(WebPSize(of: answer.body) == size)
        }

        //
        @Test(arguments: [
            (nil, "image/webp"), ("*/*", "image/webp"), ("image/webp,image/*", "image/webp"),
            ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "image/webp"), ("image/*", "image/webp"),
            ("image/jpeg;q=0.9,image/webp;q=0.1", "image/webp"), ("application/json", "image/webp"),
            ("image/jpeg", "image/jpeg"), ("image/png,image/jpeg", "image/jpeg"),
            ("image/*,image/webp;q=0", "image/jpeg"), ("*/*,image/webp;q=0", "image/jpeg"),
        ])
        func `clients that exclude WebP get JPEG`(accept: String?, type: String) async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            for size in ["", "?size=256"] {
                let headers = accept.map { ["Accept": $0] } ?? [:]
                let answer = try await product.client.get("/media/avatar/\(user.id)\(size)", headers: headers)
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == type)
                #expect(answer.headers["vary"]?.contains("Accept") == true)
                #expect(answer.body.starts(with: type == "image/jpeg" ? [0xFF, 0xD8] : Array("RIFF".utf8)))
                let tag = try #require(answer.headers["etag"])
                let again = try await product.client.get(
                    "/media/avatar/\(user.id)\(size)", headers: headers.merging(["If-None-Match": tag]) { $1 })
                #expect(again.status == 304)
            }
        }

        @Test func `a picture of an earlier version gets its JPEGs after the first request for one`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let path = "/media/avatar/\(user.id)?size=256"
            let accept = ["Accept": "image/jpeg"]
            let made = try await product.client.get(path, headers: accept)
            let id = try #require(made.headers["etag"]).dropFirst().prefix(36)
            let jpegs = product.files.filter { $0.contains(id) && $0.hasSuffix(".jpg") }
            #expect(jpegs.count == 3)
            for file in jpegs { try FileManager.default.removeItem(atPath: product.pathOfFile(file)) }
            #expect(try await product.client.get(path, headers: accept).headers["content-type"] == "image/webp")
            try await eventually("the JPEGs are made", within: 30) {
                product.files.filter { jpegs.contains($0) }.count == 3
            }
            #expect(try await product.client.get(path, headers: accept).body == made.body)
        }

        @Test(arguments: ["7", "", "512x512", "-1", "../original", "99999999999999999999"])
        func `another size is refused`(size: String) async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            expectMusiciansError(try await product.client.get("/media/avatar/\(user.id)?size=\(size)"), 400)
        }

        @Test func `a user without an avatar has none`() async throws {
            let user = try await TestUser.register(at: product.client)
            for id in [user.id, UUID().uuidString.lowercased()] {
                expectMusiciansError(try await product.client.get("/media/avatar/\(id)"), 404, "Avatar not found")
            }
            expectMusiciansError(try await product.client.get("/media/avatar/not-an-id"), 400)
            expectMusiciansError(try await product.client.get("/media/avatar/\(user.id.dropLast())"), 400)
        }

        // S1-66
        @Test func `the avatar of a deactivated account is not served`() async throws {
            let user = try await TestUser.registerOnSocialPlay(at: product.client)
            let friend = try await TestUser.register(at: product.client)
            try await user.befriend(friend, at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let tag = try #require(try await get(user).headers["etag"])
            #expect(try await user.ask("POST", "/users/me/deactivate", at: product.client).status == 200)
            for headers in [[:], ["If-None-Match": tag], ["Range": "bytes=0-9"]] {
                expectMusiciansError(try await get(user, headers), 404, "Avatar not found")
            }
            let list = try await friend.social("GET", "/friends", at: product.client).json
            #expect(list["friends"][0]["friendInfo"]["avatar"] == .null)
        }

        @Test func `a cached avatar is not sent again until it changes`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let whole = try await get(user)
            let tag = try #require(whole.headers["etag"])
            let modified = try #require(whole.headers["last-modified"])
            for condition in [
                ["If-None-Match": tag], ["If-None-Match": "\"x\", W/\(tag)"], ["If-None-Match": "*"],
                ["If-Modified-Since": modified],
            ] {
                let answer = try await get(user, condition)
                #expect(answer.status == 304)
                #expect(answer.headers["etag"] == tag)
            }
            #expect(try await get(user, ["If-None-Match": "\"x\""]).status == 200)
            try await user.replaceAvatar(Picture.tallJPEG, at: product.client)
            let changed = try await get(user, ["If-None-Match": tag])
            #expect(changed.status == 200)
            #expect(changed.headers["etag"] != tag)
        }

        @Test func `a range of an avatar is served`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let whole = try await get(user)
            let size = whole.body.count
            #expect(whole.headers["accept-ranges"] == "bytes")
            for (range, part) in [
                ("bytes=0-9", 0..<10), ("bytes=10-", 10..<size), ("bytes=-7", (size - 7)..<size),
                ("bytes=5-\(size * 9)", 5..<size),
            ] {
                let answer = try await get(user, ["Range": range])
                #expect(answer.status == 206)
                #expect(answer.headers["content-range"] == "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)")
                #expect(answer.body == Array(whole.body[part]))
            }
            let beyond = try await get(user, ["Range": "bytes=\(size)-"])
            #expect(beyond.status == 416)
            #expect(beyond.headers["content-range"] == "bytes */\(size)")
            let tag = try #require(whole.headers["etag"])
            #expect(try await get(user, ["Range": "bytes=0-9", "If-Range": tag]).status == 206)
            #expect(try await get(user, ["Range": "bytes=0-9", "If-Range": "\"x\""]).body == whole.body)
        }

        @Test func `a download does not go on with another picture`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let first = try await get(user)
            let tag = try #require(first.headers["etag"])
            let modified = try #require(first.headers["last-modified"])
            let conditions = [["If-Match": tag], ["If-Unmodified-Since": modified], ["If-Range": tag]]
            for condition in conditions {
                let rest = try await get(user, condition.merging(["Range": "bytes=10-"]) { $1 })
                #expect(rest.status == 206)
                #expect(rest.body == Array(first.body[10...]))
            }
            // HTTP's dates have whole seconds.
            var second = first
            while second.headers["last-modified"] == modified {
                try await user.replaceAvatar(Picture.tallJPEG, at: product.client)
                second = try await get(user)
            }
            for (condition, status) in zip(conditions, [412, 412, 200]) {
                let rest = try await get(user, condition.merging(["Range": "bytes=10-"]) { $1 })
                #expect(rest.status == status, "\(condition)")
                #expect(rest.body == (status == 412 ? [] : second.body))
            }
        }

        @Test func `HEAD has the headers of GET`() async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.jpeg, at: product.client)
            let whole = try await get(user)
            let head = try await product.client.send(ProductRequest("HEAD", "/media/avatar/\(user.id)"))
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            for name in ["content-length", "content-type", "etag", "last-modified", "accept-ranges"] {
                #expect(head.headers[name] == whole.headers[name])
            }
        }

        // A phone writes into a picture where it was taken.
        @Test(arguments: ["256", "512", "1200"])
        func `a variant contains no metadata of the camera`(size: String) async throws {
            let user = try await TestUser.register(at: product.client)
            try await user.replaceAvatar(Picture.revealingJPEG, at: product.client)
            let shown = try await product.client.get("/media/avatar/\(user.id)?size=\(size)").body
            #expect(WebPSize(of: shown) != nil)
            let text = String(decoding: shown, as: UTF8.self)
            for word in [Picture.secret, "Exif", "EXIF", "XMP", "GPS", "ICCP"] { #expect(!text.contains(word)) }
        }

        private func get(_ user: TestUser, _ headers: [String: String] = [:]) async throws -> ProductAnswer {
            try await product.client.get("/media/avatar/\(user.id)", headers: headers)
        }
    }
}
