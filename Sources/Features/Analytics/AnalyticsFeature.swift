import Storage

/// The use cases of analytics, of one event loop.
package struct AnalyticsFeature: Sendable {
    package let read: ReadAnalytics

    package init(_ environment: FeatureEnvironment) {
        read = ReadAnalytics(
            analytics: AnalyticsStore(environment.database), accounts: AccountStore(environment.database))
    }
}
