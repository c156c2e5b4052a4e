# cache.gp - blocks in the cache and those that are dirty, and requests that wait, over time.
#
# ARG1 CSV: ms,cached,dirty,waiting,journal,transaction   ARG2 output without suffix
# ARG3 title   ARG4 blocks of the cache
load ARG0[1:strlen(ARG0) - strlen("cache.gp")] . "style.gp"

stats ARG1 skip 1 using 1 nooutput name "MS"
stats ARG1 skip 1 using 4 nooutput name "WAIT"
set xrange [0:MS_max > 0 ? MS_max : 1]
set key at graph 1, graph 1.16 right horizontal reverse Left samplen 2 width 1 noenhanced
set style fill solid 1.0 noborder

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1200, 820) } else { eval open_png(1200, 820) }
    set output ARG2.".".kind
    set multiplot layout 2, 1 title ARG3 noenhanced font ",22" \
        margins 0.09, 0.97, 0.10, 0.84 spacing 0.06, 0.17
    set ylabel "blocks" offset 1,0
    set ytics auto
    unset xlabel
    set yrange [0:int(ARG4) * 1.05]
    plot ARG1 skip 1 using 1:2 with fillsteps linecolor rgb 0xBBD7EA title "cached", \
         ARG1 skip 1 using 1:3 with fillsteps linecolor rgb line_colour(1) title "dirty", \
         int(ARG4) with lines linewidth 1.5 dashtype 2 linecolor rgb 0x404040 \
             title "size of the cache"
    set ylabel "requests" offset 1,0
    set xlabel "ms"
    if (WAIT_max < 8) { set ytics 1 }
    set yrange [0:WAIT_max > 0 ? WAIT_max * 1.1 : 1]
    plot ARG1 skip 1 using 1:4 with steps linewidth 2 linecolor rgb line_colour(0) \
             title "waiting for the drive"
    unset multiplot
    unset output
}
