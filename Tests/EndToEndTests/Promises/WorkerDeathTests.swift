import Chassis
import Redis
import TestSupport
import Testing

/// What was accepted is done once, whatever happens to the workers.
@Suite(.showingOutput)
struct WorkerDeathTests {
    @Test func `a picture whose worker is killed is made by the next one`() async throws {
        try await withWorkerStoppedInWork { product in
            await product.process(.images).kill()
            try await product.process(.images).start()
        }
    }

    @Test func `a picture whose worker is killed is made by another one`() async throws {
        try await withWorkerStoppedInWork { product in
            try await product.add(.images)
            await product.process(.images).kill()
        }
    }

    // A worker that stands still too long has lost its jobs when it goes on: what is done twice has one effect.
    @Test func `a worker that was taken for dead and comes back does no harm`() async throws {
        try await withWorkerStoppedInWork { product in
            let second = try await product.add(.images)
            try await eventually("the picture is ready") {
                try await product.texts("SELECT state FROM media") == ["ready"]
            }
            product.process(.images).resume()
            await second.terminate()
            // The first is all there is, and works.
            let next = try await Person.register(at: product.client)
            #expect(try await next.upload(Picture.jpeg, to: product.client).status == 200)
            try await eventually("the next picture is ready") {
                try await product.texts("SELECT state FROM media") == ["ready", "ready"]
            }
        }
    }

    @Test func `a worker that is asked to end finishes or hands back what it has`() async throws {
        try await Product.run { product in
            let people = try await register(8, at: product.client)
            let images = product.process(.images)
            async let uploads: Void = upload(Picture.png(2_000, 2_000), by: people, to: product.client)
            try await eventually("the first is ready") {
                try await !product.texts("SELECT id::text FROM media WHERE state = 'ready'").isEmpty
            }
            #expect(await images.terminate() == .code(0))
            try await images.start()
            try await uploads
            try await expectAllReady(people, in: product)
        }
    }

    @Test func `two workers share one queue`() async throws {
        var options = ProductOptions()
        options.environment = ["WORKERS_IMAGES": "1"]
        try await Product.run(options) { product in
            let second = try await product.add(.images)
            let people = try await register(10, at: product.client)
            try await upload(Picture.png(1_500, 1_500), by: people, to: product.client)
            try await expectAllReady(people, in: product)
            let made = [product.process(.images), second].map { $0.output.ranges(of: "picture ready").count }
            #expect(made.reduce(0, +) == 10)
            #expect(made.allSatisfy { $0 > 0 }, "\(made)")
        }
    }

    //
    @Test func `an upload without a worker is answered without metadata, which comes later`() async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let person = try await Person.register(at: product.client)
            let started = monotonicNanoseconds()
            let answer = try await person.upload(Picture.jpeg, to: product.client)
            let seconds = Double(monotonicNanoseconds() - started) / 1e9
            #expect(answer.status == 200)
            #expect(answer.json["file"]["metadata"] == .null)
            #expect((1.9..<10).contains(seconds))
            let file = try #require(answer.json["file"]["fileId"].text)
            #expect(try await person.status(of: file, at: product.client).json["status"].text == "pending")
            expectRefusal(try await product.client.get("/media/avatar/\(person.id)"), 404)

            try await product.add(.images)
            let status = try await eventually("the picture is ready") {
                let status = try await person.status(of: file, at: product.client)
                return status.json["status"].text == "ready" ? status : nil
            }
            #expect(status.json["file"]["metadata"]["width"].number == 64)
            #expect(try await product.client.get("/media/avatar/\(person.id)").status == 200)
        }
    }

    /// Somebody uploads a picture, and the one worker is stopped (SIGSTOP) when it has begun and not finished. After the
    /// body the picture becomes ready, once.
    private func withWorkerStoppedInWork(_ body: (Product) async throws -> Void) async throws {
        try await Product.run { product in
            let person = try await Person.register(at: product.client)
            let picture = Picture.png(7_000, 7_000)
            async let upload = person.upload(picture, to: product.client)
            try await eventually("the worker has begun") {
                try await product.redis("KEYS", "jq:{images}:running:*").array?.isEmpty == false
            }
            product.process(.images).suspend()
            #expect(try await product.texts("SELECT state FROM media") == ["pending"])
            try await body(product)

            let answer = try await upload
            #expect(answer.status == 200, "\(answer.text)")
            let file = try #require(answer.json["file"]["fileId"].text)
            try await eventually("the picture is ready", within: 8) {
                try await person.status(of: file, at: product.client).json["status"].text == "ready"
            }
            #expect(try await person.counters(in: product) == "1/\(picture.count)/\(file)")
            #expect(try await person.openJobs(in: product).isEmpty)
            #expect(product.files.count { $0.contains(file) } == 4)
        }
    }
}
