package import Jobs

/// A job that makes ``ProbeJob``s, five hundred at a step, with the numbers that follow its own.
package struct ProbeFan: Job {
    package static let kind = "probe-fan"
    package static let queue = QueueName.images
    package static let attempts = 1_000
    package static let timeout = Duration.seconds(120)

    package var number: Int
    package var children: Int
    /// How many of a hundred attempts of the children fail, of their first three.
    package var failures: Int?
    /// It kills its own process after the first step, once: when it makes this file.
    package var deathMark: String?

    package init(_ number: Int, children: Int) {
        self.number = number
        self.children = children
    }
}
