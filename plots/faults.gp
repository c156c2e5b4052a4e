# faults.gp - page faults and evictions a millisecond, over time.
#
# ARG1 CSV: ms,minor,major,evictions   ARG2 output without suffix   ARG3 title
load ARG0[1:strlen(ARG0) - strlen("faults.gp")] . "style.gp"

stats ARG1 skip 1 using 1 nooutput name "MS"
set xrange [0:MS_max > 0 ? MS_max * 100.0 / 99 : 1]
set yrange [0:*]
set title ARG3 noenhanced font ",22"
set key outside right top reverse Left samplen 2 noenhanced
set style fill solid 1.0 noborder
set xlabel "ms"
set ylabel "faults a ms"

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1200, 620) } else { eval open_png(1200, 620) }
    set output ARG2.".".kind
    plot ARG1 skip 1 using 1:($2 + $3) with fillsteps linecolor rgb 0xBBD7EA title "minor", \
         ARG1 skip 1 using 1:3 with fillsteps linecolor rgb line_colour(1) title "major", \
         ARG1 skip 1 using 1:4 with steps linewidth 1.5 dashtype 2 linecolor rgb 0x404040 \
             title "evictions"
    unset output
}
