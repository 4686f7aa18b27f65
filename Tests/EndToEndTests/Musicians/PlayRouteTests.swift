import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S1-83: a play is a GET that has the first byte of a track, once for each listener, track and hour.
    struct PlayRouteTests {
        let product = Product.current
        private static let size = 200_000

        @Test(
            arguments: [
                (nil, 1), ("bytes=0-", 1), ("bytes=0-0", 1), ("bytes=0-1048575", 1), ("bytes=-\(Self.size)", 1),
                ("bytes=-9999999999", 1), ("bytes=100-200,0-0", 1), ("bytes=0-9,5-100", 1), ("BYTES=0-1", 1),
                // What is no range is ignored, and the whole track sent.
                ("bytes=5-2", 1), ("seconds=1-2", 1), ("bytes=1-,x", 1),
                ("bytes=1-", 0), ("bytes=1-1", 0), ("bytes=-1", 0), ("bytes=-\(Self.size - 1)", 0),
                ("bytes=100-200,5000-6000", 0), ("bytes=1-2,-1", 0), ("bytes=\(Self.size)-", 0), ("bytes=-0", 0),
            ] as [(String?, Int)])
        func `ranges with the first byte are a play, and no others`(range: String?, expected: Int) async throws {
            let (track, listener) = try await published()
            let answer = try await get(track, by: listener, range.map { ["Range": $0] } ?? [:])
            #expect([200, 206, 416].contains(answer.status))
            #expect(try await plays(of: track) == (expected == 1 ? [listener.id] : []), "\(answer.headers)")
        }

        @Test func `a condition decides what is sent, and with it whether it is a play`() async throws {
            let (track, listener) = try await published()
            let first = try await product.client.send(ProductRequest("HEAD", "/media/track/\(track)"))
            let tag = try #require(first.headers["etag"])
            let date = try #require(first.headers["last-modified"])
            for headers in [
                ["If-None-Match": tag], ["If-Modified-Since": date], ["If-Match": "\"x\""],
                ["Range": "bytes=1-2", "If-Range": tag], ["Range": "bytes=1-2", "If-Range": date],
                ["If-None-Match": tag, "Range": "bytes=0-"],
            ] {
                let answer = try await get(track, by: listener, headers)
                #expect([206, 304, 412].contains(answer.status), "\(headers): \(answer.status)")
            }
            #expect(try await plays(of: track) == [])
            // Another file than the one that the client has a part of: all of it is sent.
            let whole = try await get(track, by: listener, ["Range": "bytes=1-2", "If-Range": "\"x\""])
            #expect(whole.status == 200)
            #expect(try await plays(of: track) == [listener.id])
        }

        @Test func `a listener is a user with a token, or an address, and never the owner`() async throws {
            let users = try await register(3, at: product.client)
            let track = try await publish(by: users[0])
            // Three listeners behind one address, of whom one has no token.
            let client = product.client.from("127.0.9.\(Int.random(in: 2...250))")
            for user in [users[0], users[1], users[2], users[1]] {
                let headers = ["Authorization": "Bearer \(user.accessToken)"]
                #expect(try await client.get("/media/track/\(track)", headers: headers).status == 200)
            }
            #expect(try await plays(of: track) == [users[1].id, users[2].id].sorted())
            for _ in 0..<2 { #expect(try await client.get("/media/track/\(track)").status == 200) }
            // A token that is not valid is none.
            let stale = ["Authorization": "Bearer x"]
            #expect(try await client.get("/media/track/\(track)", headers: stale).status == 200)
            let listeners = try await plays(of: track)
            #expect(listeners.count == 3 && listeners.contains { $0.hasPrefix("127.0.9.") })
            // The same file at its other address is no play of the track; neither is its cover or waveform.
            for path in ["/media/file/\(track)", "/media/cover/\(track)", "/media/track/\(track)/waveform"] {
                _ = try await product.client.from("127.0.10.7").get(path)
            }
            #expect(try await plays(of: track).count == 3)
        }

        @Test func `a hundred concurrent requests of a listener are one play, and the hour's next one is another`()
            async throws
        {
            let (track, listener) = try await published()
            let statuses = try await withThrowingTaskGroup { group in
                for number in 0..<100 {
                    let headers = number % 2 == 0 ? ["Range": "bytes=0-99"] : [:]
                    group.addTask { try await get(track, by: listener, headers).status }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 50, 206: 50])
            #expect(try await plays(of: track) == [listener.id])
            // As if it had been in the hour before.
            _ = try await product.texts(
                "UPDATE plays SET hour = hour - interval '1 hour' WHERE track_id = $1::text::uuid RETURNING listener",
                [track])
            let other = try await product.add(.api)
            let headers = ["Authorization": "Bearer \(listener.accessToken)"]
            #expect(try await other.client.get("/media/track/\(track)", headers: headers).status == 200)
            #expect(try await plays(of: track) == [listener.id, listener.id])
            try await eventually("they are counted", within: 60) {
                try await product.texts(
                    """
                    SELECT total_plays::text FROM profiles JOIN media ON media.user_id = profiles.user_id
                    WHERE media.id = $1::text::uuid
                    """, [track]) == ["2"]
            }
            await other.kill()
        }

        @Test func `a popular track makes no listener wait for another, nor for its owner's counters`() async throws {
            let (track, listener) = try await published()
            let busy = try await OpenTransaction.begin(in: product.databaseURL)
            try await busy.run(
                """
                SELECT FROM profiles WHERE user_id = (SELECT user_id FROM media WHERE id = '\(track)') FOR NO KEY UPDATE;
                INSERT INTO plays (track_id, listener, hour, owner_id)
                SELECT id, '203.0.113.7', date_trunc('hour', now()), user_id FROM media WHERE id = '\(track)'
                """)
            #expect(try await get(track, by: listener).status == 200)
            #expect(try await plays(of: track) == [listener.id])
            try await busy.commit()
            #expect(try await plays(of: track).count == 2)
        }

        @Test func `a play is written when the track has arrived, also if the process dies then`() async throws {
            let (track, listener) = try await published()
            let api = try await product.add(.api)
            let headers = ["Authorization": "Bearer \(listener.accessToken)", "Range": "bytes=0-9"]
            #expect(try await api.client.get("/media/track/\(track)", headers: headers).status == 206)
            await api.kill()
            #expect(try await plays(of: track) == [listener.id])
        }

        // MARK: What they share

        private func published() async throws -> (track: String, listener: TestUser) {
            let users = try await register(2, at: product.client)
            return (try await publish(by: users[0]), users[1])
        }

        private func publish(by user: TestUser) async throws -> String {
            let answer = try await user.upload(
                "track", Recording.wav(byteCount: Self.size), called: "a.wav", to: product.client)
            return try #require(answer.json["file"]["fileId"].text, "\(answer.text)")
        }

        private func get(
            _ track: String, by listener: TestUser, _ headers: [String: String] = [:]
        ) async throws -> ProductAnswer {
            let all = headers.merging(["Authorization": "Bearer \(listener.accessToken)"]) { $1 }
            return try await product.client.get("/media/track/\(track)", headers: all)
        }

        /// The listeners of a track's plays, at once: a play is there before its response is.
        private func plays(of track: String) async throws -> [String] {
            try await product.texts(
                "SELECT listener FROM plays WHERE track_id = $1::text::uuid ORDER BY listener", [track]
            ).sorted()
        }
    }
}
