import Chassis
import Redis
import TestSupport
import Testing

/// What was accepted is done once, whatever happens to the workers.
@Suite(.showingOutput)
struct WorkerDeathTests {
    @Test func `an avatar whose worker is killed is made by its next start`() async throws {
        try await withWorkerStoppedInWork { product in
            await product.process(.images).kill()
            try await product.process(.images).start()
        }
    }

    @Test func `an avatar whose worker is killed is made by another worker`() async throws {
        try await withWorkerStoppedInWork { product in
            try await product.add(.images)
            await product.process(.images).kill()
        }
    }

    // A worker that stands still too long has lost its jobs when it goes on: what is done twice has one effect.
    @Test func `a worker that resumes after its lease expired does no harm`() async throws {
        try await withWorkerStoppedInWork { product in
            let second = try await product.add(.images)
            try await eventually("the picture is ready") {
                try await product.texts("SELECT state FROM media") == ["ready"]
            }
            product.process(.images).resume()
            await second.terminate()
            // The first is all there is, and works.
            let next = try await TestUser.register(at: product.client)
            #expect(try await next.upload(Picture.jpeg, to: product.client).status == 200)
            try await eventually("the next picture is ready") {
                try await product.texts("SELECT state FROM media") == ["ready", "ready"]
            }
        }
    }

    @Test func `a worker that receives SIGTERM finishes or requeues its jobs`() async throws {
        try await Product.run { product in
            let users = try await register(8, at: product.client)
            let images = product.process(.images)
            async let uploads: Void = upload(Picture.png(2_000, 2_000), by: users, to: product.client)
            try await eventually("the first is ready") {
                try await !product.texts("SELECT id::text FROM media WHERE state = 'ready'").isEmpty
            }
            #expect(await images.terminate() == .code(0))
            try await images.start()
            try await uploads
            try await expectAllReady(users, in: product)
        }
    }

    @Test func `two workers share one queue`() async throws {
        var options = ProductOptions()
        options.environment = ["WORKERS_IMAGES": "1"]
        try await Product.run(options) { product in
            let second = try await product.add(.images)
            let users = try await register(10, at: product.client)
            try await upload(Picture.png(1_500, 1_500), by: users, to: product.client)
            try await expectAllReady(users, in: product)
            let made = [product.process(.images), second].map { $0.output.ranges(of: "picture ready").count }
            #expect(made.reduce(0, +) == 10)
            #expect(made.allSatisfy { $0 > 0 }, "\(made)")
        }
    }

    //
    @Test func `an upload without a worker is answered without metadata, which is added later`() async throws {
        var options = ProductOptions()
        options.kinds = [.api]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            let started = monotonicNanoseconds()
            let answer = try await user.upload(Picture.jpeg, to: product.client)
            let seconds = Double(monotonicNanoseconds() - started) / 1e9
            #expect(answer.status == 200)
            #expect(answer.json["file"]["metadata"] == .null)
            #expect((1.9..<10).contains(seconds))
            let file = try #require(answer.json["file"]["fileId"].text)
            #expect(try await user.status(of: file, at: product.client).json["status"].text == "pending")
            expectMusiciansError(try await product.client.get("/media/avatar/\(user.id)"), 404)

            try await product.add(.images)
            let status = try await eventually("the picture is ready") {
                let status = try await user.status(of: file, at: product.client)
                return status.json["status"].text == "ready" ? status : nil
            }
            #expect(status.json["file"]["metadata"]["width"].number == 64)
            #expect(try await product.client.get("/media/avatar/\(user.id)").status == 200)
        }
    }

    /// A user uploads a picture, and the one worker is stopped (SIGSTOP) when it has begun and not finished. After
    /// the body the picture becomes ready, once.
    private func withWorkerStoppedInWork(_ body: (Product) async throws -> Void) async throws {
        try await Product.run { product in
            let user = try await TestUser.register(at: product.client)
            let picture = Picture.png(7_000, 7_000)
            async let upload = user.upload(picture, to: product.client)
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
                try await user.status(of: file, at: product.client).json["status"].text == "ready"
            }
            #expect(try await user.counters(in: product) == "1/\(picture.count)/\(file)")
            #expect(try await user.openJobs(in: product).isEmpty)
            #expect(product.files.count { $0.contains(file) } == 7)
        }
    }
}
