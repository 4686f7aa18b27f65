import Chassis

/// A scheduler process: the timetable on one loop. Any number may run, and none leads: what all of them do is harmless to
/// do twice, and what must be done once is decided by PostgreSQL.
struct SchedulerProcess {
    private let lifecycle: Lifecycle

    init(_ settings: SchedulerSettings) {
        let loop = EventLoop(name: "scheduler")
        let context = SchedulerContext(on: loop, settings)
        loop.start()
        lifecycle = Lifecycle(
            [context, Ticker(context, timetable(context), log: settings.chassis.log)], log: settings.chassis.log)
    }

    func run() -> Never {
        lifecycle.run()
    }
}
