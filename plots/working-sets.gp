# working-sets.gp - pages that are used, and pages in memory, over time.
#
# ARG1 CSV: ms,resident,working_set,suspended,free, then a column for each of the tasks
# ARG2 output without suffix   ARG3 title   ARG4 frames of memory   ARG5 the tasks
# ARG6 not empty: working sets are measured
load ARG0[1:strlen(ARG0) - strlen("working-sets.gp")] . "style.gp"

ntasks = words(ARG5)
stats ARG1 skip 1 using 1 nooutput name "MS"
stats ARG1 skip 1 using ($2 > $3 ? $2 : $3) nooutput name "SET"
top = SET_max > int(ARG4) || int(ARG4) > 4 * SET_max ? SET_max : int(ARG4)
set xrange [0:MS_max > 0 ? MS_max : 1]
set yrange [0:top > 0 ? top * 1.08 : 1]
set title ARG3 noenhanced font ",22"
set key outside right top reverse Left samplen 2 noenhanced
set style fill solid 1.0 noborder
set xlabel "ms"
set ylabel "pages"

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1300, 620) } else { eval open_png(1300, 620) }
    set output ARG2.".".kind
    plot ARG1 skip 1 using 1:2 with fillsteps linecolor rgb 0xE4E4E4 title "in memory", \
         ARG1 skip 1 using 1:(ARG6 eq "" ? NaN : $3) with steps linewidth 3 \
             linecolor rgb 0x404040 title ARG6 eq "" ? "" : "used by all", \
         for [i = 1:ntasks] ARG1 skip 1 using 1:(column(i + 5)) with steps linewidth 2 \
             linecolor rgb line_colour(i - 1) title word(ARG5, i), \
         int(ARG4) with lines linewidth 1.5 dashtype 2 linecolor rgb 0x404040 \
             title "size of memory"
    unset output
}
