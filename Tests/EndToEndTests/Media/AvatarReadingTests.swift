import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-65, S1-70.
    struct AvatarReadingTests {
        let product = Product.current

        @Test(arguments: [
            ("?size=256", WebPSize(256, 256)), ("?size=512", WebPSize(512, 512)), ("", WebPSize(512, 512)),
            ("?size=1200", WebPSize(1_200, 600)),
        ])
        func `a picture is shown in the size that is asked for`(query: String, size: WebPSize) async throws {
            let person = try await Person.register(at: product.client)
            try await person.shows(Picture.png(1_600, 800), at: product.client)
            let answer = try await product.client.get("/media/avatar/\(person.id)\(query)")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "image/webp")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(WebPSize(of: answer.body) == size)
        }

        @Test(arguments: ["7", "", "512x512", "-1", "../original", "99999999999999999999"])
        func `there are no other sizes`(size: String) async throws {
            let person = try await Person.register(at: product.client)
            try await person.shows(Picture.jpeg, at: product.client)
            expectRefusal(try await product.client.get("/media/avatar/\(person.id)?size=\(size)"), 400)
        }

        @Test func `whoever has no picture has none`() async throws {
            let person = try await Person.register(at: product.client)
            for id in [person.id, UUID().uuidString.lowercased()] {
                expectRefusal(try await product.client.get("/media/avatar/\(id)"), 404, "Avatar not found")
            }
            expectRefusal(try await product.client.get("/media/avatar/not-an-id"), 400)
            expectRefusal(try await product.client.get("/media/avatar/\(person.id.dropLast())"), 400)
        }

        @Test func `a picture that the client has is not sent again until it changes`() async throws {
            let person = try await Person.register(at: product.client)
            try await person.shows(Picture.jpeg, at: product.client)
            let whole = try await get(person)
            let tag = try #require(whole.headers["etag"])
            let modified = try #require(whole.headers["last-modified"])
            for condition in [
                ["If-None-Match": tag], ["If-None-Match": "\"x\", W/\(tag)"], ["If-None-Match": "*"],
                ["If-Modified-Since": modified],
            ] {
                let answer = try await get(person, condition)
                #expect(answer.status == 304)
                #expect(answer.headers["etag"] == tag)
            }
            #expect(try await get(person, ["If-None-Match": "\"x\""]).status == 200)
            try await person.shows(Picture.tallJPEG, at: product.client)
            let changed = try await get(person, ["If-None-Match": tag])
            #expect(changed.status == 200)
            #expect(changed.headers["etag"] != tag)
        }

        @Test func `a part of a picture can be had`() async throws {
            let person = try await Person.register(at: product.client)
            try await person.shows(Picture.jpeg, at: product.client)
            let whole = try await get(person)
            let size = whole.body.count
            #expect(whole.headers["accept-ranges"] == "bytes")
            for (range, part) in [
                ("bytes=0-9", 0..<10), ("bytes=10-", 10..<size), ("bytes=-7", (size - 7)..<size),
                ("bytes=5-\(size * 9)", 5..<size),
            ] {
                let answer = try await get(person, ["Range": range])
                #expect(answer.status == 206)
                #expect(answer.headers["content-range"] == "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)")
                #expect(answer.body == Array(whole.body[part]))
            }
            let beyond = try await get(person, ["Range": "bytes=\(size)-"])
            #expect(beyond.status == 416)
            #expect(beyond.headers["content-range"] == "bytes */\(size)")
            let tag = try #require(whole.headers["etag"])
            #expect(try await get(person, ["Range": "bytes=0-9", "If-Range": tag]).status == 206)
            #expect(try await get(person, ["Range": "bytes=0-9", "If-Range": "\"x\""]).body == whole.body)
        }

        @Test func `HEAD says what GET would`() async throws {
            let person = try await Person.register(at: product.client)
            try await person.shows(Picture.jpeg, at: product.client)
            let whole = try await get(person)
            let head = try await product.client.send(ProductRequest("HEAD", "/media/avatar/\(person.id)"))
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            for name in ["content-length", "content-type", "etag", "last-modified", "accept-ranges"] {
                #expect(head.headers[name] == whole.headers[name])
            }
        }

        // A phone writes into a picture where it was taken.
        @Test(arguments: ["256", "512", "1200"])
        func `nothing that a camera wrote is shown to others`(size: String) async throws {
            let person = try await Person.register(at: product.client)
            try await person.shows(Picture.revealingJPEG, at: product.client)
            let shown = try await product.client.get("/media/avatar/\(person.id)?size=\(size)").body
            #expect(WebPSize(of: shown) != nil)
            let text = String(decoding: shown, as: UTF8.self)
            for word in [Picture.secret, "Exif", "EXIF", "XMP", "GPS", "ICCP"] { #expect(!text.contains(word)) }
        }

        private func get(_ person: Person, _ headers: [String: String] = [:]) async throws -> ProductAnswer {
            try await product.client.get("/media/avatar/\(person.id)", headers: headers)
        }
    }
}
