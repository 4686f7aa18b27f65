import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// What the audio workers make of an uploaded track.
    struct TrackProcessingTests {
        let product = Product.current

        // S1-60, S1-64, S1-71, S1-153, S1-154
        @Test func `an upload is answered with what the track holds, and its cover art becomes its cover`() async throws
        {
            let user = try await TestUser.register(at: product.client)
            let track = try await upload(AudioSamples.m4a, called: "night.m4a", as: "track", by: user)
            let id = try #require(track["fileId"].text)
            let metadata = try await metadata(of: id, by: user) { $0["duration"] != .null }
            #expect(abs((metadata["duration"].number ?? 0) - 3) < 0.05, "\(metadata)")
            #expect(metadata["format"].text == "m4a" && metadata["codec"].text == "aac")
            #expect(metadata["channels"].number == 2 && metadata["title"].text == "Ночь")
            #expect((metadata["bitrate"].number ?? 0) > 0 && (metadata["sampleRate"].number ?? 0) >= 8_000)
            let cover = try await eventually("the cover is shown", within: 30) {
                let answer = try await product.client.get("/media/cover/\(id)")
                return answer.status == 200 ? answer : nil
            }
            #expect(cover.headers["content-type"] == "image/webp")
        }

        @Test func `a track gets the waveform that players draw, and its loudness`() async throws {
            let user = try await TestUser.register(at: product.client)
            let track = try await upload(AudioSamples.variableMP3, called: "tone.mp3", as: "track", by: user)
            let id = try #require(track["fileId"].text)
            let metadata = try await metadata(of: id, by: user) { $0["loudness"] != .null }
            #expect((metadata["loudness"]["integrated"].number ?? 0) < 0)
            let waveform = try await product.client.get("/media/track/\(id)/waveform")
            #expect(waveform.status == 200 && waveform.headers["content-type"] == "application/json")
            let json = waveform.json
            #expect(json["version"].number == 2 && json["channels"].number == 1 && json["bits"].number == 8)
            let length = Int(json["length"].number ?? 0)
            #expect(length > 0 && json["data"].array?.count == 2 * length)
            let seconds = Double(length) * (json["samples_per_pixel"].number ?? 0) / (json["sample_rate"].number ?? 1)
            #expect(abs(seconds - 4) < 0.2)

            let deleted = try await product.client.ask("DELETE", "/media/track/\(id)", token: user.accessToken)
            #expect(deleted.status == 200)
            expectMusiciansError(try await product.client.get("/media/track/\(id)/waveform"), 404, "Track not found")
            try await eventually("no bytes are left", within: 30) { !isStored(id) }
        }

        // S1-82, S1-123
        @Test func `another recording is described too, and is no track`() async throws {
            let user = try await TestUser.register(at: product.client)
            let file = try await upload(AudioSamples.opus, called: "podcast.opus", as: "file", by: user)
            let id = try #require(file["fileId"].text)
            #expect(file["type"].text == "other" && file["url"].text?.hasSuffix("/media/file/\(id)") == true)
            let metadata = try await metadata(of: id, by: user) { $0["duration"] != .null }
            #expect(metadata["format"].text == "opus")
            expectMusiciansError(try await product.client.get("/media/track/\(id)"), 404, "Track not found")
            #expect(try await product.client.get("/media/file/\(id)").body == AudioSamples.opus)
        }

        // S1-119
        @Test(arguments: [
            ("the head of an MP3 and nothing else", Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 0]),
            ("a picture behind a tag", Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 0] + Picture.jpeg),
        ])
        func `a recording that cannot be read is refused, and nothing is left of it`(
            what: String, bytes: [UInt8]
        ) async throws {
            let user = try await TestUser.register(at: product.client)
            let answer = try await send(bytes, called: "song.mp3", as: "track", by: user)
            // On a busy machine the answer comes before the worker's.
            if answer.status != 200 { expectMusiciansError(answer, 400) }
            let file = try #require(try await user.media(in: product).first)
            try await eventually("the file has failed", within: 60) {
                try await user.status(of: file, at: product.client).json["status"].text == "failed"
            }
            expectMusiciansError(try await product.client.get("/media/track/\(file)"), 404)
            #expect(
                try await product.texts(
                    "SELECT tracks_count::text FROM profiles WHERE user_id = $1::text::uuid", [user.id]) == ["0"])
            try await eventually("no bytes are left", within: 30) { !isStored(file) }
        }

        private func isStored(_ file: String) -> Bool { product.files.contains { $0.contains(file) } }

        private func upload(
            _ bytes: [UInt8], called name: String, as kind: String, by user: TestUser
        ) async throws -> ProductJSON {
            let answer = try await send(bytes, called: name, as: kind, by: user)
            #expect(answer.status == 200, "\(answer.text)")
            return answer.json["file"]
        }

        private func send(
            _ bytes: [UInt8], called name: String, as kind: String, by user: TestUser
        ) async throws -> ProductAnswer {
            var form = Form()
            form.add("userId", user.id)
            form.add("file", file: bytes, called: name)
            let headers = ["Authorization": "Bearer \(user.accessToken)", "Content-Type": form.contentType]
            return try await product.client.send(
                ProductRequest("POST", "/media/upload/\(kind)", headers: headers, body: form.bytes))
        }

        /// Waits for the metadata: on a busy machine they come after the answer to the upload.
        private func metadata(
            of file: String, by user: TestUser, _ isComplete: @escaping (ProductJSON) -> Bool
        ) async throws -> ProductJSON {
            try await eventually("the workers have read the file", within: 60) {
                let metadata = try await user.status(of: file, at: product.client).json["file"]["metadata"]
                return isComplete(metadata) ? metadata : nil
            }
        }
    }
}
