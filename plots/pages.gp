# pages.gp - page tables: the frame of each page that is in memory; below the line, pages that
# are out; ringed: a TLB knows it.
#
# ARG1 CSV: kind,row,page,here,where,tlb (kind: the number of the task; row: in its table)
# ARG2 output without suffix   ARG3 title   ARG4 the tasks
load ARG0[1:strlen(ARG0) - strlen("pages.gp")] . "style.gp"

ntasks = words(ARG4)
stats ARG1 skip 1 using 2 nooutput name "ROW"
stats ARG1 skip 1 using ($4 > 0 ? $5 : NaN) nooutput name "FRAME"
top = FRAME_records > 0 && FRAME_max > 0 ? FRAME_max : 1
set xrange [-1:ROW_max + 1]
set yrange [-0.12 * top:top * 1.05]
set title ARG3 noenhanced font ",22"
set key outside right top reverse Left samplen 1 noenhanced
set xlabel "entry of the table, in order of address"
set ylabel "frame"

do for [kind in file_kinds] {
    if (kind eq "svg") { eval open_svg(1300, 620) } else { eval open_png(1300, 620) }
    set output ARG2.".".kind
    plot for [i = 0:ntasks] ARG1 skip 1 using ($1 == i ? $2 : NaN):($4 > 0 ? $5 : -0.06 * top) \
             with points pointtype (i % 2 ? 5 : 7) pointsize 0.9 linecolor rgb line_colour(i) \
             title i < ntasks ? word(ARG4, i + 1) : "", \
         ARG1 skip 1 using ($6 > 0 ? $2 : NaN):5 with points pointtype 6 pointsize 1.6 \
             linecolor rgb "black" title "in a TLB", \
         -0.02 * top with lines linewidth 1 dashtype 2 linecolor rgb 0x404040 title "out of memory"
    unset output
}
