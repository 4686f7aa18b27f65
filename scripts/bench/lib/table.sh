# The table of figures: each is measured several times and shown as median, smallest and largest.

note() { # FIGURE VALUE
    printf '%s\n' "$2" >>"$temporary/figures/$1"
}

print_head() {
    printf '%-11s %-47s %10s  %-19s %s\n' benchmark figure median 'smallest–largest' goal
}

# GOAL is "<" or ">" and a number; the median must be beyond it.
row() { # BENCHMARK DESCRIPTION UNIT FIGURE [GOAL NUMBER]
    sort -g "$temporary/figures/$4" | awk -v benchmark="$1" -v description="$2" -v unit="$3" -v sign="${5:-}" \
        -v goal="${6:-}" '
        function shown(value) {
            if (value < 0) return "-" shown(-value)
            return value >= 100 ? sprintf("%.0f", value) : value >= 10 ? sprintf("%.1f", value) : sprintf("%.2f", value)
        }
        { values[NR] = $1 }
        END {
            median = NR % 2 ? values[(NR + 1) / 2] : (values[NR / 2] + values[NR / 2 + 1]) / 2
            if (sign != "") verdict = sign " " goal ((sign == "<" ? median < goal : median > goal) ? "  met" : "  MISSED")
            name = unit == "" ? description : description ", " unit
            printf "%-11s %-47s %10s  %-17s %s\n", benchmark, name, shown(median),
                shown(values[1]) "–" shown(values[NR]), verdict
        }'
}
