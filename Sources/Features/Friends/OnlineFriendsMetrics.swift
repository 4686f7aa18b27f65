import Chassis

/// How often rosters of friends were kept ones. For all loops.
struct OnlineFriendsMetrics: Sendable {
    let kept: Counter
    let made: Counter

    init(in metrics: Metrics) {
        let help = "Questions about who of somebody's friends is there."
        kept = metrics.counter("api_friend_rosters_total", help, ["from": "memory"])
        made = metrics.counter("api_friend_rosters_total", help, ["from": "stores"])
    }
}
