import Chassis

/// A scheduler process: the timetable on one loop. Any number may run; what they do is harmless to do twice.
struct SchedulerProcess {
    private let lifecycle: Lifecycle

    init(_ settings: SchedulerSettings) {
        let loop = EventLoop(name: "scheduler")
        let context = SchedulerContext(on: loop, settings)
        loop.start()
        lifecycle = Lifecycle(
            [context, Ticker(on: loop, timetable(context), log: settings.chassis.log)], log: settings.chassis.log)
    }

    func run() -> Never {
        lifecycle.run()
    }
}
