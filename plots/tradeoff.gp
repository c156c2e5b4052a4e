# tradeoff.gp - every cost of a kernel structure against everything that a fault takes:
# costs across, harms down, a point for each structure.
#
# ARG1 CSV: panel,structure,label,cost,harm,low,high,front   ARG2 output without suffix
# ARG3 title   ARG4 costs   ARG5 harms   ARG6 structures
load ARG0[1:strlen(ARG0) - strlen("tradeoff.gp")] . "style.gp"

columns = words(ARG4)
lines = words(ARG5)
n = words(ARG6)
marks = "7 5 9 11 13 15 4 6 8 10 12 14"
mark(k) = int(word(marks, 1 + int(k) % 12))

set key off
set tics font ",12"
# The legend, over the whole width; set for one panel, drawn once.
legend_x(k) = 0.06 + 0.93 * (k + 0.3) / (n)
do for [k = 0:n - 1] {
    set label k + 1 word(ARG6, k + 1) at screen legend_x(k), 0.035 left noenhanced font ",16" \
        point pointtype mark(k) pointsize 2 linewidth 1.5 linecolor rgb line_colour(k) offset 1.6,0
}

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(2000, 1150) } else { eval open_png(2000, 1150) }
    set output ARG2.".".kind
    set multiplot layout lines, columns title ARG3 noenhanced font ",24" \
        margins 0.068, 0.99, 0.15, 0.92 spacing 0.045, 0.075
    do for [p = 0:lines * columns - 1] {
        set xrange [*:*]
        set yrange [*:*]
        stats ARG1 skip 1 using ($1 == p ? $4 : 1/0) nooutput name "X"
        stats ARG1 skip 1 using ($1 == p ? $7 : 1/0) nooutput name "Y"
        set xrange [0:X_max > 0 ? X_max * 1.15 : 1]
        set yrange [0:Y_max > 0 ? Y_max * 1.12 : 1]
        set xtics X_max > 0 ? X_max / 3 : 1
        set format x X_max >= 10000 || (X_max > 0 && X_max < 0.01) ? "%.0s%c" : "%.3g"
        set xlabel p >= (lines - 1) * columns ? word(ARG4, 1 + p % columns) : "" \
            noenhanced font ",16"
        set ylabel p % columns == 0 ? word(ARG5, 1 + p / columns) : "" noenhanced font ",16" \
            offset 1,0
        plot for [k = 0:n - 1] ARG1 skip 1 \
                using ($1 == p && $2 == k ? $4 : NaN):5 with points pointtype mark(k) \
                pointsize 2 linewidth 1.5 linecolor rgb line_colour(k) title word(ARG6, k + 1)
    }
    unset multiplot
    unset output
}
