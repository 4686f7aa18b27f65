# The table of figures: each is measured several times and shown as median, smallest and largest.

note() { # FIGURE VALUE
    printf '%s\n' "$2" >>"$temporary/figures/$1"
}

print_head() {
    print_line benchmark figure unit median smallest–largest goal
}

# SIGN is "<" or ">": the median must be on that side of GOAL.
row() { # BENCHMARK DESCRIPTION UNIT FIGURE [SIGN GOAL]
    local median smallest largest sign="${5:-}" goal="${6:-}" verdict=''
    read -r median smallest largest verdict < <(
        sort -g "$temporary/figures/$4" | awk -v sign="$sign" -v goal="$goal" '
            function shown(value) {
                return sprintf(value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
            }
            { values[NR] = $1 }
            END {
                median = NR % 2 ? values[(NR + 1) / 2] : (values[NR / 2] + values[NR / 2 + 1]) / 2
                if (sign != "") verdict = (sign == "<" ? median < goal : median > goal) ? "met" : "MISSED"
                print shown(median), shown(values[1]), shown(values[NR]), verdict
            }'
    )
    print_line "$1" "$2" "$3" "$median" "$smallest–$largest" "${sign:+$sign $goal $verdict}"
}

print_line() { # BENCHMARK DESCRIPTION UNIT MEDIAN RANGE GOAL
    local line
    line="$(left "$1" 10) $(left "$2" 50) $(left "$3" 10) $(right "$4" 7)  $(left "$5" 17) $6"
    printf '%s\n' "${line%"${line##*[![:space:]]}"}"
}

# Not by printf, which counts bytes.
left() { # TEXT WIDTH
    local gap=$(($2 - ${#1}))
    printf '%s%*s' "$1" $((gap > 0 ? gap : 0)) ''
}

right() { # TEXT WIDTH
    local gap=$(($2 - ${#1}))
    printf '%*s%s' $((gap > 0 ? gap : 0)) '' "$1"
}
