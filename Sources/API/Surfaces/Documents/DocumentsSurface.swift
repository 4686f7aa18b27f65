import Chassis
import HTTP

/// The API's descriptions and their page (S0-122, S0-123, U-11): all surfaces at the root, the Social Service below its
/// prefix `/social`, and each surface by itself below `/openapi`.
struct DocumentsSurface: Sendable {
    private let log: RequestLog
    private let page: SwaggerUI

    init(_ log: RequestLog, swaggerUI folder: String, disk: BlockingPool) {
        self.log = log
        page = SwaggerUI(folder: folder, disk: disk)
    }

    var table: RouteTable {
        RouteTable(
            prefixes: ["/openapi"]
                + SocialServiceSurface.prefixes.flatMap { ["\($0)/openapi.json", "\($0)/api/docs"] },
            routes: [
                Route(.get, immediate: "/openapi/social-service.json", APIDocument.answer(APIDocument.socialService)),
                Route(.get, immediate: "/openapi/musicians.json", APIDocument.answer(APIDocument.musicians)),
                Route(.get, immediate: "/openapi/socialplay.json", APIDocument.answer(APIDocument.socialPlay)),
                Route(.get, immediate: "/openapi/operations.json", APIDocument.answer(APIDocument.operations)),
            ] + SocialServiceSurface.prefixes.flatMap(routes), render: Problem.renderer(log))
    }

    private func routes(below prefix: String) -> [Route] {
        let document = APIDocument.answer(
            prefix.isEmpty ? APIDocument.combined : APIDocument.socialService, below: prefix)
        let path = "\(prefix)/api/docs"
        return [
            Route(.get, immediate: "\(prefix)/openapi.json", document),
            Route(.get, immediate: "\(path)-json", document),
            Route(.get, immediate: path, page.page),
            Route(.get, immediate: "\(path)/start.js", page.start),
            Route(
                .get, "\(path)/swagger-ui-bundle.js",
                page.file("swagger-ui-bundle.js", type: "text/javascript; charset=utf-8")),
            Route(.get, "\(path)/swagger-ui.css", page.file("swagger-ui.css", type: "text/css; charset=utf-8")),
            Route(.get, "\(path)/favicon-32x32.png", page.file("favicon-32x32.png", type: "image/png")),
        ]
    }
}
