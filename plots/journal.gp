# journal.gp - how much of the log is used, and how large the running transaction is.
#
# ARG1 CSV: ms,cached,dirty,waiting,journal,transaction   ARG2 output without suffix
# ARG3 title   ARG4 blocks of the log
load ARG0[1:strlen(ARG0) - strlen("journal.gp")] . "style.gp"

stats ARG1 skip 1 using 1 nooutput name "MS"
stats ARG1 skip 1 using ($5 + $6) nooutput name "LOG"
set xrange [0:MS_max > 0 ? MS_max : 1]
set yrange [0:LOG_max > 0 ? LOG_max * 1.1 : 1]
set key at graph 1, graph 1.09 right horizontal reverse Left samplen 2 width 1 noenhanced
set style fill solid 1.0 noborder
set title ARG3." (of ".ARG4." blocks)" noenhanced font ",22" offset 0,1.6
set tmargin 6
set xlabel "ms"
set ylabel "blocks of the log"

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1200, 620) } else { eval open_png(1200, 620) }
    set output ARG2.".".kind
    plot ARG1 skip 1 using 1:($5 + $6) with fillsteps linecolor rgb line_colour(1) \
             title "running transaction", \
         ARG1 skip 1 using 1:5 with fillsteps linecolor rgb 0x7FB2D5 title "committed, not yet in place"
    unset output
}
