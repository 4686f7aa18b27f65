import Chassis
import HTTP

/// All surfaces on one router.
enum Surfaces {
    static func router(_ context: LoopContext, _ shared: SharedContext) -> Router {
        Router(
            [
                SocialPlaySurface(context, publicBaseURL: shared.settings.publicBaseURL).table,
                MusiciansSurface(context, publicBaseURL: shared.settings.publicBaseURL).table,
                SocialServiceSurface(context, shared).table,
                DocumentsSurface(context, shared).table,
                OperationsSurface(context, shared).table,
            ],
            renderElsewhere: Problem.renderer(context.log))
    }
}
