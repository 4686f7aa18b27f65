import TestSupport
import Testing

extension SharedProduct {
    struct AvatarTests {
        let product = Product.current

        @Test func `an uploaded picture is described and shown`() async throws {
            let person = try await Person.register(at: product.client)
            let answer = try await person.upload(Picture.jpeg, to: product.client)
            #expect(answer.status == 200, "\(answer.text)")
            let avatar = try await product.client.get("/media/avatar/\(person.id)")
            #expect(avatar.status == 200)
            #expect(avatar.headers["content-type"] == "image/webp")
        }
    }
}
