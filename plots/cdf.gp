# cdf.gp - which share of the tasks had at most that value, by policy.
#
# ARG1 CSV: policy,label,value,percent,mark   ARG2 output without suffix
# ARG3 title   ARG4 what is on the x axis   ARG5 policies
load ARG0[1:strlen(ARG0) - strlen("cdf.gp")] . "style.gp"

npolicies = words(ARG5)
stats ARG1 skip 1 using 3 nooutput name "VALUE"
# The slowest hundredth of the tasks may be far out; the curves would be a line at the left.
# A policy whose runs all failed has no points at all.
last = 0
do for [k = 0:npolicies - 1] {
    stats ARG1 skip 1 using ($1 == k && $4 >= 99 ? $3 : 1e300) nooutput name "TAIL"
    if (TAIL_min < 1e300 && TAIL_min > last) { last = TAIL_min }
}
cut = last > 0 && VALUE_max > 1.5 * last
marks = "7 5 9 11 13 4 6 8 10 12"
dash(k) = 1 + k % 5
mark(k) = int(word(marks, 1 + k % 10))

set title ARG3 noenhanced font ",22" offset 0,0.3
set xlabel ARG4 noenhanced
set ylabel "share of the tasks with at most this"
set yrange [0:102]
shown = cut ? last : VALUE_max
set xrange [0:shown > 0 ? shown * 1.02 : 1]
if (cut) { set xlabel sprintf("%s   (cut at p99; the largest is %.4g)", ARG4, VALUE_max) noenhanced }
set format y "%.0f%%"
set ytics 0, 10
# Below the curves, where it hides none of them.
set key outside below Left reverse samplen 4 spacing 1.3 noenhanced
height = 760 + 14 * npolicies

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1400, height) } else { eval open_png(1400, height) }
    set output ARG2.".".kind
    plot for [k = 0:npolicies - 1] ARG1 skip 1 using ($1 == k ? $3 : 1/0):4 \
        with steps linewidth 3 dashtype dash(k) linecolor rgb line_colour(k) notitle, \
        for [k = 0:npolicies - 1] ARG1 skip 1 using ($1 == k && $5 > 0 ? $3 : 1/0):4 \
        with points pointtype mark(k) pointsize 1.5 linecolor rgb line_colour(k) notitle, \
        for [k = 0:npolicies - 1] keyentry with linespoints linewidth 3 dashtype dash(k) \
        pointtype mark(k) pointsize 1.5 linecolor rgb line_colour(k) title word(ARG5, k + 1)
    unset output
}
