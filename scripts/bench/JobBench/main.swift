// Measures the job engine for `make bench ARGS=jobs`: workers with jobs without an effect, and producers.
//   JobBench work SLOTS           a worker until SIGTERM; pick-up times go to the file JOB_BENCH_PICKUPS;
//                                 jobs take JOB_BENCH_HOLD milliseconds
//   JobBench enqueue JOBS         ephemeral jobs, a thousand a command         → jobs/s
//   JobBench enqueue-each JOBS    ephemeral jobs, a command each, one by one   → jobs/s
//   JobBench add JOBS             durable jobs, a thousand a statement         → jobs/s
//   JobBench commit JOBS CLIENTS  durable jobs, a transaction each, by concurrent clients, pushed → jobs/s
//   JobBench drain                from the first claim to an empty queue → seconds
//   JobBench empty                until no job waits or runs → seconds
//   JobBench in-hand              → how many jobs workers hold
//   JobBench pickup JOBS          ephemeral jobs into an idle queue, with pauses
import Chassis
import Glibc

Signals.block()
do {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.dropFirst().compactMap { Int($0) }
    let bench = try Bench(processEnvironment())
    switch (arguments.first, numbers.first, numbers.dropFirst().first) {
    case ("work", let slots?, _): BenchWorker(bench, slots: slots).run()
    case ("enqueue", let count?, _): bench.measure { try await $0.enqueue(count) }
    case ("enqueue-each", let count?, _): bench.measure { try await $0.enqueueEach(count) }
    case ("add", let count?, _): bench.measure { try await $0.add(count) }
    case ("commit", let count?, let clients?): bench.measure { try await $0.commit(count, clients: clients) }
    case ("drain", _, _): bench.measure { try await $0.drain() }
    case ("empty", _, _): bench.measure { try await $0.empty() }
    case ("in-hand", _, _): bench.measure { try await $0.inHand() }
    case ("pickup", let count?, _): bench.measure { try await $0.pickUp(count) }
    default: Failure.end("usage: see JobBench/main.swift", code: 64)
    }
} catch {
    Failure.end("\(error)", code: 1)
}
