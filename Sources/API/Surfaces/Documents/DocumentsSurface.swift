import Chassis
import HTTP

/// The API's description (S0-122, S0-123), beside the Social Service and below `/social`.
struct DocumentsSurface: Sendable {
    private let log: RequestLog
    private let page: SwaggerUI

    init(_ log: RequestLog, swaggerUI folder: String, disk: BlockingPool) {
        self.log = log
        page = SwaggerUI(folder: folder, disk: disk)
    }

    var table: RouteTable {
        RouteTable(
            prefixes: SocialServiceSurface.prefixes.flatMap { ["\($0)/openapi.json", "\($0)/api/docs"] },
            routes: SocialServiceSurface.prefixes.flatMap(routes), render: Problem.renderer(log))
    }

    private func routes(below prefix: String) -> [Route] {
        let document = APIDocument.answer(below: prefix)
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
